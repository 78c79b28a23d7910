-- Who held the clocks of the dossiers of a slice, from when to when, and of which unit are they?
SELECT clock.dossier, ordinal, holder, state, from_at, to_at, cohort.unit, cohort.procedure
FROM clock
JOIN clock_span USING (dossier)
JOIN cohort USING (cohort)
WHERE clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY clock.dossier, ordinal
