-- Which names are there, by code?
SELECT code, name
FROM label
ORDER BY code
