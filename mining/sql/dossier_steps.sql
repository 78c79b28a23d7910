-- Which activity instances does one dossier have? In path order, then the open ones by their start.
SELECT
    step.position,
    activities.name AS activity,
    steps.name AS step,
    step.started_at,
    step.completed_at,
    units.name AS unit,
    roles.name AS "role",
    step.officer
FROM step
JOIN label AS activities ON activities.code = step.activity
LEFT JOIN label AS steps ON steps.code = step.step
LEFT JOIN label AS units ON units.code = step.unit
LEFT JOIN label AS roles ON roles.code = step."role"
WHERE step.dossier = $dossier AND step.event_no >= $first_event_no
ORDER BY step.position NULLS LAST, step.started_at, activities.name, step.event_no
