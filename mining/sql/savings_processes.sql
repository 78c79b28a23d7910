-- What is approved: the limit of every process, the field of its procedure, and what a person should look at?
-- Codes are taken apart once each: in the join itself they would be for every pair of codes.
WITH process AS MATERIALIZED (
    SELECT *, procedure_national(procedure) AS national, procedure_owner(procedure) AS owner FROM approved_process
),

known AS MATERIALIZED (
    SELECT code, name, field, procedure_national(code) AS national, procedure_owner(code) AS owner
    FROM catalogue_procedure
)

SELECT
    process_key,
    process.procedure,
    process.case_variant,
    process.channel,
    process.version,
    process.decision,
    process.limit_amount,
    process.limit_unit,
    process.warnings,
    first(known.name ORDER BY known.owner IS NULL, known.code) AS name,
    first(known.field ORDER BY known.owner IS NULL, known.code) AS field
FROM process
LEFT JOIN known ON known.national = process.national AND coalesce(known.owner = process.owner, true)
GROUP BY ALL
ORDER BY process_key
