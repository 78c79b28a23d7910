-- Which limit applies to each accepted dossier of a slice, by the process that was approved on the day of its intake?
WITH accepted AS (
    SELECT clock.dossier, accepted_at, procedure, case_variant, channel, unit
    FROM clock JOIN cohort USING (cohort)
    WHERE accepted_at IS NOT NULL
        AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

due_intake AS (
    SELECT dossier, procedure, case_variant, channel, vietnam_day(accepted_at) AS intake_date FROM accepted
)

SELECT accepted.dossier, accepted_at, accepted.procedure, accepted.unit, process_key, limit_amount, limit_unit
FROM accepted
JOIN bound_process('due_intake') USING (dossier)
JOIN approved_process USING (process_key)
ORDER BY accepted.dossier
