-- Which units does the catalogue know, after one in the order of their codes?
SELECT code, name, parent, valid_from, valid_to, successor, former_codes, calendar, warnings
FROM catalogue_unit
WHERE code > $after AND ($chosen IS NULL OR parent = $chosen)
ORDER BY code
LIMIT $most
