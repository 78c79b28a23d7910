-- Which dossiers of a slice have deviations of a kind, of a step or activity (NULL: any), those with the most lost first?
SELECT
    deviation.dossier,
    opened_at,
    any_value(cohort.procedure) AS procedure,
    any_value(cohort.unit) AS unit,
    count(*) AS occurrences,
    sum(lost_us)::BIGINT AS lost_us
FROM deviation
JOIN cohort USING (cohort)
LEFT JOIN approved_step AS step
    ON step.process_key = deviation.process_key AND step.ordinal = deviation.ordinal
LEFT JOIN label ON label.code = activity
LEFT JOIN label AS units ON units.code = deviation.unit
LEFT JOIN label AS roles ON roles.code = deviation."role"
WHERE kind = $kind
    AND ($process_key IS NULL OR deviation.process_key = $process_key)
    AND ($number IS NULL OR step.number = $number)
    AND ($activity IS NULL OR label.name = $activity)
    AND ($unit IS NULL OR units.name = $unit)
    AND ($role IS NULL OR roles.name = $role)
    AND deviation.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY deviation.dossier, opened_at
ORDER BY lost_us DESC, deviation.dossier
LIMIT $most OFFSET $skipped
