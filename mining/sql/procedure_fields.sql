-- To which field does each procedure of the log belong, as the catalogue says: of the same owner before that of none?
WITH said AS (
    SELECT DISTINCT procedure FROM cohort
)
SELECT
    said.procedure,
    first(
        known.field ORDER BY
            procedure_owner(known.code) IS NOT DISTINCT FROM procedure_owner(said.procedure) DESC,
            known.code
    ) AS field
FROM said
JOIN catalogue_procedure AS known ON procedure_national(known.code) = procedure_national(said.procedure)
WHERE known.field IS NOT NULL
    AND coalesce(procedure_owner(known.code) = procedure_owner(said.procedure), true)
GROUP BY said.procedure
