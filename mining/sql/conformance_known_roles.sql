-- Which names of the log are roles that some approved process names?
CREATE OR REPLACE TEMP TABLE conformance_known_role AS
SELECT code AS "role", catalogue_word(name) AS role_word
FROM label
WHERE catalogue_word(name) IN (SELECT catalogue_word("role") FROM approved_step)
