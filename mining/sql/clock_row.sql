-- What is known of the clock of one dossier, and of which unit is it?
SELECT
    dossier,
    submitted_at,
    accepted_at,
    finished_at,
    finish_kind,
    returned_at,
    status_known,
    supplements,
    reopenings,
    promised_due_at,
    reported_due_at,
    reported_finished_at,
    apologised_at,
    first_event_no,
    cohort.unit
FROM clock JOIN cohort USING (cohort)
WHERE dossier = $dossier
