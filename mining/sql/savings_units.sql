-- Which units are there, under which, and which took them over?
SELECT code, name, parent, successor, valid_to FROM catalogue_unit ORDER BY code
