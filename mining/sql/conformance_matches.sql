-- What were the activities of the processes of a procedure (NULL: all) taken for, and by what?
SELECT
    process_key,
    approved_process.procedure,
    version,
    activities.name AS activity,
    steps.name AS event_step,
    symbol,
    step.number AS number,
    step.task AS task,
    matched_by
FROM conformance_match AS known
JOIN approved_process USING (process_key)
JOIN label AS activities ON activities.code = known.activity
LEFT JOIN label AS steps ON steps.code = known.step
LEFT JOIN approved_step AS step USING (process_key)
WHERE (step.ordinal = symbol OR (symbol < 0 AND step.ordinal = 1))
    AND ($procedure IS NULL OR procedure_national(approved_process.procedure) = procedure_national($procedure))
ORDER BY process_key, matched_by, activity, event_step
