-- Which activities of a procedure come in either order, so that neither waits for the other? Counted over distinct paths.
WITH travelled AS (
    SELECT cohort.procedure, dossier.path, count(*) AS dossiers
    FROM dossier
    JOIN cohort USING (cohort)
    WHERE dossier.path IS NOT NULL
    GROUP BY cohort.procedure, dossier.path
),

move AS (
    SELECT
        procedure,
        dossiers,
        activities[place] AS source,
        activities[place + 1] AS target,
        coalesce(activities[place + 2] = activities[place], false) AS returns
    FROM (
        SELECT procedure, dossiers, activities, unnest(range(1, length)) AS place
        FROM travelled
        JOIN path USING (path)
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
ORDER BY one.procedure, one.source, one.target
