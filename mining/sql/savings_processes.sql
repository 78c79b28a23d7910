-- What is approved: the limit of every process, the field of its procedure, and what a person should look at?
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
FROM approved_process AS process
LEFT JOIN catalogue_procedure AS known
    ON procedure_national(known.code) = procedure_national(process.procedure)
    AND coalesce(procedure_owner(known.code) = procedure_owner(process.procedure), true)
GROUP BY ALL
ORDER BY process_key
