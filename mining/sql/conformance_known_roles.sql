-- Which names of roles in the dossiers at hand are roles that some approved process names?
CREATE OR REPLACE TEMP TABLE conformance_known_role AS
SELECT code AS "role", catalogue_word(name) AS role_word
FROM label
WHERE code IN (
        SELECT "role" FROM step WHERE event_no >= (SELECT min(first_event_no) FROM conformance_bound)
    )
    AND catalogue_word(name) IN (
        SELECT catalogue_word("role") FROM (SELECT DISTINCT "role" FROM approved_step)
    )
