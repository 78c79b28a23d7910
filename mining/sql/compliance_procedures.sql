-- What are the parts of some procedure codes, and as what does the catalogue know them?
SELECT
    asked.code,
    procedure_national(asked.code) AS national,
    procedure_owner(asked.code) AS owner,
    first(known.name ORDER BY known.owner IS NULL, known.code) AS name,
    first(known.field ORDER BY known.owner IS NULL, known.code) AS field
FROM (SELECT DISTINCT unnest($codes::VARCHAR[]) AS code) AS asked
LEFT JOIN catalogue_procedure AS known
    ON procedure_national(known.code) = procedure_national(asked.code)
    AND coalesce(procedure_owner(known.code) = procedure_owner(asked.code), true)
GROUP BY asked.code
ORDER BY asked.code
