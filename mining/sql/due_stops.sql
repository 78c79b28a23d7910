-- When did the clocks of the dossiers of a slice stand still, as far as it was known?
SELECT clock_span.dossier, state, from_at, to_at
FROM clock_span JOIN clock USING (dossier)
WHERE holder <> 'agency'
    AND from_at < $as_of
    AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY clock_span.dossier, ordinal
