-- Which approved processes are there, of a procedure where one is given, after one by their keys? Steps in order.
WITH page AS (
    FROM approved_process
    WHERE process_key > $after
        AND (
            $chosen IS NULL
            OR (
                procedure_national(procedure) = procedure_national($chosen)
                AND coalesce(procedure_owner(procedure) = procedure_owner($chosen), true)
            )
        )
    ORDER BY process_key
    LIMIT $most
)
SELECT
    page.process_key AS place,
    page.version AS process_version,
    page.* EXCLUDE (process_key, version),
    list(
        {
            'number': step.number, 'task': step.task, 'unit': step.unit, 'role': step.role, 'hours': step.hours,
            'result': step.result
        }
        ORDER BY step.ordinal
    ) FILTER (step.ordinal IS NOT NULL) AS steps
FROM page
LEFT JOIN approved_step AS step USING (process_key)
GROUP BY ALL
ORDER BY page.process_key
