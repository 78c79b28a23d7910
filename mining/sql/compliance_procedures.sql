-- What are the parts of some procedure codes, and as what does the catalogue know them?
-- Parts are taken apart once for each code: in the join itself they would be for every pair of codes.
WITH asked AS MATERIALIZED (
    SELECT code, procedure_national(code) AS national, procedure_owner(code) AS owner
    FROM (SELECT DISTINCT unnest($codes::VARCHAR[]) AS code)
),

known AS MATERIALIZED (
    SELECT code, name, field, procedure_national(code) AS national, procedure_owner(code) AS owner
    FROM catalogue_procedure
)

SELECT
    asked.code,
    asked.national,
    asked.owner,
    first(known.name ORDER BY known.owner IS NULL, known.code) AS name,
    first(known.field ORDER BY known.owner IS NULL, known.code) AS field
FROM asked
LEFT JOIN known ON known.national = asked.national AND coalesce(known.owner = asked.owner, true)
GROUP BY ALL
ORDER BY asked.code
