-- Which limit applies to each accepted dossier, by the process that was approved on the day of its intake?
WITH due_intake AS (
    SELECT dossier, procedure, case_variant, channel, vietnam_day(accepted_at) AS intake_date
    FROM clock JOIN cohort USING (cohort)
    WHERE accepted_at IS NOT NULL
)

SELECT
    dossier.first_event_no AS dossier,
    process_key,
    limit_amount,
    limit_unit,
    clock.finish_kind = 'finished' AS finished,
    clock.finish_kind = 'open' AS open
FROM clock
JOIN dossier USING (dossier)
JOIN bound_process('due_intake') USING (dossier)
JOIN approved_process USING (process_key)
ORDER BY dossier.first_event_no
