-- Which dossiers of different systems are the same work? Of the same procedure and unit they begin with the same step
-- within minutes (each is compared with the $nearby ones before it only), and most of their steps go together.
WITH begun AS (
    SELECT
        step.dossier,
        one.first_system AS "system",
        one.steps,
        cohort.procedure,
        step.unit,
        step.activity,
        step.completed_at AS begun_at
    FROM step JOIN system_dossier AS one USING (dossier) JOIN cohort ON cohort.cohort = one.cohort
    WHERE step.position = 1 AND one.first_system = one.last_system AND completed_at < $as_of
),

shared AS (
    SELECT procedure, unit, activity
    FROM begun
    GROUP BY ALL
    HAVING min("system") <> max("system")
),

blocked AS (
    SELECT
        begun.*,
        list({'dossier': dossier, 'system': "system", 'steps': steps, 'begun_at': begun_at}) OVER (
            PARTITION BY begun.procedure, begun.unit, begun.activity
            ORDER BY begun_at, dossier
            ROWS BETWEEN $nearby PRECEDING AND 1 PRECEDING
        ) AS earlier
    FROM begun
    JOIN shared
        ON shared.procedure = begun.procedure
        AND shared.activity = begun.activity
        AND shared.unit IS NOT DISTINCT FROM begun.unit
),

candidate AS (
    SELECT
        dossier,
        "system" AS second_system,
        steps,
        twin.dossier AS twin,
        twin."system" AS first_system,
        twin.steps AS twin_steps
    FROM (SELECT dossier, "system", steps, begun_at, unnest(earlier) AS twin FROM blocked)
    WHERE twin."system" <> "system"
        AND begun_at <= twin.begun_at + to_seconds($within_minutes * 60)
),

numbered AS (
    SELECT
        dossier,
        cohort,
        position,
        activity,
        unit,
        started_at,
        completed_at,
        row_number() OVER (PARTITION BY dossier, activity ORDER BY position) AS occurrence
    FROM step
    WHERE position IS NOT NULL
        AND completed_at < $as_of
        AND dossier IN (SELECT dossier FROM candidate UNION ALL SELECT twin FROM candidate)
),

matched AS (
    SELECT
        candidate.*,
        copy.position,
        abs(epoch_us(copy.completed_at - original.completed_at)) AS between_us
    FROM candidate
    JOIN numbered AS copy ON copy.dossier = candidate.dossier
    JOIN numbered AS original
        ON original.dossier = candidate.twin
        AND original.activity = copy.activity
        AND original.occurrence = copy.occurrence
    WHERE abs(epoch_us(copy.completed_at - original.completed_at)) <= $within_minutes * 60_000_000
),

weighed AS (
    SELECT dossier, twin, count(*) AS together, sum(between_us) AS apart_us
    FROM matched
    GROUP BY dossier, twin
    HAVING count(*) >= greatest($least_steps, $least_share * any_value(least(steps, twin_steps)))
),

pair AS (
    SELECT dossier, twin
    FROM weighed
    QUALIFY row_number() OVER (PARTITION BY dossier ORDER BY together DESC, apart_us, twin) = 1
        AND row_number() OVER (PARTITION BY twin ORDER BY together DESC, apart_us, dossier) = 1
)

SELECT
    pair.dossier,
    pair.twin,
    cohort.procedure,
    cohort.unit,
    coalesce(units.name, cohort.unit) AS typed_by,
    activities.name AS activity,
    matched.first_system,
    matched.second_system,
    numbered.started_at,
    numbered.completed_at,
    'work' AS linked_by,
    matched.between_us / 60_000_000 AS minutes_between
FROM pair
JOIN matched USING (dossier, twin)
JOIN numbered ON numbered.dossier = pair.dossier AND numbered.position = matched.position
JOIN cohort ON cohort.cohort = numbered.cohort
JOIN label AS activities ON activities.code = numbered.activity
LEFT JOIN label AS units ON units.code = numbered.unit
