-- When were the dossiers of a slice submitted, accepted, finished and handed over?
SELECT submitted_at, accepted_at, finished_at, returned_at, cohort.unit, cohort.procedure
FROM clock JOIN cohort USING (cohort)
WHERE clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
    AND (returned_at IS NOT NULL OR submitted_at IS NOT NULL)
