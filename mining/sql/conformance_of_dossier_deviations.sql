-- Which deviations does a dossier have, in the order in which they happened, what was skipped at the end?
SELECT
    kind,
    step.number,
    step.task,
    position,
    activities.name AS activity,
    units.name AS unit,
    roles.name AS "role",
    step.unit AS approved_unit,
    step."role" AS approved_role,
    lost_us,
    measured
FROM deviation
LEFT JOIN approved_step AS step
    ON step.process_key = deviation.process_key AND step.ordinal = deviation.ordinal
LEFT JOIN label AS activities ON activities.code = activity
LEFT JOIN label AS units ON units.code = deviation.unit
LEFT JOIN label AS roles ON roles.code = deviation."role"
WHERE dossier = $dossier
ORDER BY position NULLS LAST, deviation.ordinal, kind
