-- How often was each activity completed, and how many dossiers start and end with it?
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
    SELECT
        taken.dossiers,
        path.length,
        unnest(path.activities) AS activity,
        generate_subscripts(path.activities, 1) AS position
    FROM taken JOIN path USING (path)
)
SELECT
    activity,
    sum(dossiers)::BIGINT AS frequency,
    coalesce(sum(dossiers) FILTER (position = 1), 0)::BIGINT AS started,
    coalesce(sum(dossiers) FILTER (position = length), 0)::BIGINT AS ended
FROM walked
GROUP BY activity
ORDER BY frequency DESC, activity
