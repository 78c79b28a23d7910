-- Which of them was nothing decided about yet, by what is in force now?
SELECT process, process_key, sort.activity, sort.step, activities.name AS activity_name, steps.name AS step_name
FROM conformance_sort AS sort
JOIN label AS activities ON activities.code = sort.activity
LEFT JOIN label AS steps ON steps.code = sort.step
WHERE $everything
    OR NOT EXISTS (
        FROM conformance_match AS known
        WHERE known.process_key = sort.process_key
            AND known.activity = sort.activity
            AND known.step IS NOT DISTINCT FROM sort.step
    )
ORDER BY ALL
