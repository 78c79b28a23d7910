-- Which kinds of deviations do the dossiers of a slice have, by procedure and unit? A dossier is of one of each.
SELECT
    cohort.procedure,
    cohort.unit,
    kind,
    count(DISTINCT dossier) AS dossiers,
    count(*) AS occurrences,
    sum(lost_us)::BIGINT AS lost_us
FROM deviation JOIN cohort USING (cohort)
WHERE deviation.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY cohort.procedure, cohort.unit, kind
ORDER BY cohort.procedure, cohort.unit NULLS FIRST, kind
