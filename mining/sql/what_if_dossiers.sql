-- What is known of each dossier beside its steps? dossier is its first event number; open ones have no finished_at.
SELECT
    clock.first_event_no AS dossier,
    cohort.procedure,
    cohort.unit,
    lower(trim(cohort.channel)) AS channel,
    clock.opened_at,
    clock.accepted_at,
    clock.finished_at,
    clock.promised_due_at AS due_at,
    clock.supplements
FROM clock
JOIN cohort USING (cohort)
ORDER BY clock.first_event_no
