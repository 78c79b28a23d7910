-- Which dossiers of a slice were finished, along which path, and when were they accepted?
SELECT
    clock.dossier,
    cohort.procedure,
    cohort.unit,
    dossier.path::VARCHAR AS path,
    accepted_at,
    finished_at
FROM clock JOIN dossier USING (dossier) JOIN cohort ON cohort.cohort = clock.cohort
WHERE finish_kind = 'finished'
    AND dossier.path IS NOT NULL
    AND finished_at < $as_of
    AND finished_at >= accepted_at
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND clock.opened_at >= $received_from
    AND clock.opened_at < $received_to
ORDER BY cohort.procedure, accepted_at, clock.dossier
