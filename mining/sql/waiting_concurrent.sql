-- Which activities of a procedure come in either order, so that neither waits for the other? Counted over distinct paths;
-- where something was typed a second time, over the path without it.
WITH travelled AS (
    SELECT cohort.procedure, path.activities, count(*) AS dossiers
    FROM dossier
    JOIN cohort USING (cohort)
    JOIN path USING (path)
    WHERE dossier.dossier NOT IN (SELECT dossier FROM waiting_copy)
    GROUP BY cohort.procedure, path.activities
    UNION ALL
    SELECT cohort.procedure, list(label.name ORDER BY step.position), 1
    FROM step
    JOIN cohort USING (cohort)
    JOIN label ON label.code = step.activity
    WHERE step.dossier IN (SELECT dossier FROM waiting_copy)
        AND step.position IS NOT NULL
        AND step.event_no NOT IN (SELECT event_no FROM waiting_copy)
    GROUP BY step.dossier, cohort.procedure
),

move AS (
    SELECT
        procedure,
        dossiers,
        activities[place] AS source,
        activities[place + 1] AS target,
        coalesce(activities[place + 2] = activities[place], false) AS returns
    FROM (
        SELECT procedure, dossiers, activities, unnest(range(1, len(activities))) AS place
        FROM travelled
    )
),

follows AS (
    SELECT procedure, source, target, sum(dossiers) AS times, sum(if(returns, dossiers, 0)) AS loops
    FROM move
    WHERE source <> target
    GROUP BY procedure, source, target
)

SELECT one.procedure, one.source, one.target
FROM follows AS one
JOIN follows AS other
    ON other.procedure = one.procedure AND other.source = one.target AND other.target = one.source
WHERE (one.loops + other.loops) / (one.loops + other.loops + 1) < $loop_threshold
    AND abs(one.times - other.times) / (one.times + other.times + 1) < $dependency_threshold
    AND 2 * (one.loops + other.loops) < least(one.times, other.times)
ORDER BY one.procedure, one.source, one.target
