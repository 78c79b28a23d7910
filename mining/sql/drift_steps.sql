-- When was each step of the dossiers of some procedures completed, and which was completed right before?
SELECT
    cohort.procedure,
    step.dossier,
    sources.name AS source,
    targets.name AS target,
    coalesce(units.name, cohort.unit) AS unit,
    previous_completed_at,
    completed_at
FROM step
JOIN cohort USING (cohort)
JOIN label AS targets ON targets.code = step.activity
JOIN label AS sources ON sources.code = step.previous_activity
LEFT JOIN label AS units ON units.code = step.unit
WHERE previous_completed_at IS NOT NULL
    AND completed_at < $as_of
    AND cohort.procedure IN (SELECT unnest($procedures::VARCHAR[]))
    AND step.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY cohort.procedure, step.dossier, position
