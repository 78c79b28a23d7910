-- From when on did a new version of an approved process hold, for the procedures of the log? First versions are no news.
WITH numbered AS (
    SELECT
        procedure,
        version,
        decision,
        effective_from,
        row_number() OVER (
            PARTITION BY procedure, case_variant, channel
            ORDER BY effective_from, process_key
        ) AS number
    FROM approved_process
)

SELECT DISTINCT cohort.procedure, version, decision, effective_from
FROM cohort
JOIN numbered
    ON procedure_national(numbered.procedure) = procedure_national(cohort.procedure)
    AND coalesce(procedure_owner(numbered.procedure) = procedure_owner(cohort.procedure), true)
WHERE number > 1 AND cohort.cohort IN (SELECT unnest($cohorts::INTEGER[]))
ORDER BY ALL
