-- How well do the dossiers of a slice fit each approved process that was in force for them? One that has gone has no version.
SELECT
    process_key,
    process.procedure,
    version,
    decision,
    case_variant,
    channel,
    effective_from,
    effective_to,
    fits.* EXCLUDE (process_key)
FROM (
    SELECT
        process_key,
        count(*) AS dossiers,
        count(*) FILTER (deviations = 0) AS conforming,
        count(*) FILTER (cost = 0) AS fitting,
        sum(cost)::BIGINT AS cost,
        sum(worst_cost)::BIGINT AS worst_cost,
        count(*) FILTER (NOT exact) AS inexact
    FROM conformity
    WHERE cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY process_key
) AS fits
LEFT JOIN approved_process AS process USING (process_key)
ORDER BY effective_from, process_key
