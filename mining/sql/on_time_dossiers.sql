-- When were the accepted dossiers of a slice due and finished? Refused ones do not count anywhere.
SELECT
    dossier,
    cohort.procedure,
    cohort.unit,
    cohort.channel,
    finish_kind,
    accepted_at,
    finished_at,
    reported_finished_at,
    promised_due_at,
    reported_due_at,
    apologised_at,
    supplements
FROM clock JOIN cohort USING (cohort)
WHERE accepted_at IS NOT NULL
    AND finish_kind <> 'refused'
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY dossier
