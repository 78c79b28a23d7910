-- Which limit applies to one dossier, by the process that was approved on the day of its intake?
WITH due_intake AS (
    SELECT dossier, procedure, case_variant, channel, unit, vietnam_day(accepted_at) AS intake_date
    FROM clock JOIN cohort USING (cohort)
    WHERE dossier = $dossier AND accepted_at IS NOT NULL
)

SELECT
    due_intake.procedure,
    due_intake.unit,
    process.version AS process_version,
    process.decision,
    process.limit_amount,
    process.limit_unit
FROM due_intake
JOIN bound_process('due_intake') USING (dossier)
JOIN approved_process AS process USING (process_key)
