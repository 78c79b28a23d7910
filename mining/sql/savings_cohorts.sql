-- As what are dossiers sorted: their procedure with its field, case variant, channel and unit?
WITH field AS (
    SELECT
        cohort.procedure,
        first(
            known.field ORDER BY
                procedure_owner(known.code) IS NOT DISTINCT FROM procedure_owner(cohort.procedure) DESC,
                known.code
        ) AS field
    FROM (SELECT DISTINCT procedure FROM cohort) AS cohort
    JOIN catalogue_procedure AS known ON procedure_national(known.code) = procedure_national(cohort.procedure)
    WHERE known.field IS NOT NULL
        AND coalesce(procedure_owner(known.code) = procedure_owner(cohort.procedure), true)
    GROUP BY cohort.procedure
)

SELECT
    cohort,
    cohort.procedure,
    case_variant,
    channel_code(channel) AS channel_code,
    channel,
    field,
    unit,
    known.code AS unit_code
FROM cohort
LEFT JOIN field USING (procedure)
LEFT JOIN catalogue_unit_alias AS known ON known.alias = catalogue_word(unit)
ORDER BY cohort
