-- Which names are known, and by which number?
SELECT code, name FROM label ORDER BY code
