-- Which activities are completed more than once in a dossier: in how many dossiers, how many times beyond the first?
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
    SELECT taken.procedure, taken.path, taken.dossiers, unnest(path.activities) AS activity
    FROM taken JOIN path USING (path)
),
repeated AS (
    SELECT procedure, activity, any_value(dossiers) AS dossiers, count(*) - 1 AS again
    FROM walked
    GROUP BY procedure, path, activity
    HAVING count(*) > 1
)
SELECT
    procedure,
    activity,
    sum(dossiers)::BIGINT AS dossiers,
    sum(dossiers * again)::BIGINT AS repetitions
FROM repeated
GROUP BY procedure, activity
ORDER BY procedure, repetitions DESC, activity
