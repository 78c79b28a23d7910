-- How many times were papers asked for in each accepted dossier of a slice, and is that more than allowed?
SELECT
    dossier,
    cohort.procedure,
    cohort.unit,
    CASE WHEN status_known THEN supplements > $most_supplements END AS broken,
    CASE WHEN status_known THEN supplements::DOUBLE END AS measured
FROM clock JOIN cohort USING (cohort)
WHERE accepted_at < $as_of
    AND finish_kind <> 'refused'
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
