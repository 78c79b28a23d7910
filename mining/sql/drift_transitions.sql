-- How often does each path of a slice go from one activity right to another?
WITH taken AS (
    SELECT DISTINCT path
    FROM dossier
    WHERE path IS NOT NULL
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

walked AS (
    SELECT path, unnest(list_zip(activities[:-2], activities[2:])) AS move
    FROM path JOIN taken USING (path)
    WHERE length > 1
)

SELECT path::VARCHAR AS path, move[1] AS source, move[2] AS target, count(*) AS times
FROM walked
GROUP BY ALL
ORDER BY ALL
