-- Which activities are completed more than once in a dossier: in how many dossiers, how many times beyond the first?
WITH taken AS (
    SELECT path, count(*) AS dossiers
    FROM dossier
    WHERE path IS NOT NULL
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY path
),
walked AS (
    SELECT taken.path, taken.dossiers, unnest(path.activities) AS activity
    FROM taken JOIN path USING (path)
),
repeated AS (
    SELECT activity, any_value(dossiers) AS dossiers, count(*) - 1 AS again
    FROM walked
    GROUP BY path, activity
    HAVING count(*) > 1
)
SELECT
    activity,
    sum(dossiers)::BIGINT AS dossiers,
    sum(dossiers * again)::BIGINT AS repetitions
FROM repeated
GROUP BY activity
ORDER BY repetitions DESC, activity
