-- Which activities, with which step of the event, occur in the dossiers of each process?
SELECT process, sort.activity, sort.step, activities.name AS activity_name, steps.name AS step_name
FROM (
    SELECT DISTINCT process, activity, step
    FROM step JOIN conformance_bound USING (dossier)
    WHERE position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
) AS sort
JOIN label AS activities ON activities.code = sort.activity
LEFT JOIN label AS steps ON steps.code = sort.step
ORDER BY ALL
