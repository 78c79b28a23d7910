-- How often was each activity completed, and how many dossiers start and end with it?
-- Where it is asked by procedure, procedure says of which; else it is NULL, for the whole slice.
WITH taken AS (
    SELECT CASE WHEN $by_procedure THEN cohort.procedure END AS procedure, path, count(*) AS dossiers
    FROM dossier JOIN cohort USING (cohort)
    WHERE path IS NOT NULL
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY ALL
),
walked AS (
    SELECT
        taken.procedure,
        taken.dossiers,
        path.length,
        unnest(path.activities) AS activity,
        generate_subscripts(path.activities, 1) AS position
    FROM taken JOIN path USING (path)
)
SELECT
    procedure,
    activity,
    sum(dossiers)::BIGINT AS frequency,
    coalesce(sum(dossiers) FILTER (position = 1), 0)::BIGINT AS started,
    coalesce(sum(dossiers) FILTER (position = length), 0)::BIGINT AS ended
FROM walked
GROUP BY procedure, activity
ORDER BY procedure, frequency DESC, activity
