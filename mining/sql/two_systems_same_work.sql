-- Which dossiers of different systems are the same work? Of the same procedure and unit they begin with the same step
-- within minutes (each is compared with the $nearby ones before it only), and most of their steps go together.
WITH known AS (
    SELECT
        dossier,
        min("system") AS "system",
        count(*) AS steps,
        arg_min(activity, position) AS activity,
        arg_min(unit, position) AS unit,
        arg_min(completed_at, position) AS begun_at,
        any_value(cohort) AS cohort
    FROM system_step
    GROUP BY dossier
    HAVING min("system") = max("system")
),

blocked AS (
    SELECT
        known.*,
        list({'dossier': dossier, 'system': "system", 'steps': steps, 'begun_at': begun_at}) OVER (
            PARTITION BY procedure, known.unit, activity
            ORDER BY begun_at, dossier
            ROWS BETWEEN $nearby PRECEDING AND 1 PRECEDING
        ) AS earlier
    FROM known JOIN cohort USING (cohort)
),

candidate AS (
    SELECT dossier, steps, twin.dossier AS twin, twin."system" AS first_system, twin.steps AS twin_steps
    FROM (SELECT dossier, "system", steps, begun_at, unnest(earlier) AS twin FROM blocked)
    WHERE twin."system" <> "system"
        AND begun_at <= twin.begun_at + to_seconds($within_minutes * 60)
),

numbered AS (
    SELECT
        system_step.*,
        row_number() OVER (PARTITION BY dossier, activity ORDER BY position) AS occurrence
    FROM system_step
    WHERE dossier IN (SELECT dossier FROM candidate UNION ALL SELECT twin FROM candidate)
),

matched AS (
    SELECT
        candidate.dossier,
        candidate.twin,
        candidate.first_system,
        least(candidate.steps, candidate.twin_steps) AS steps,
        copy.position,
        abs(epoch_us(copy.completed_at - original.completed_at)) AS between_us
    FROM candidate
    JOIN numbered AS copy ON copy.dossier = candidate.dossier
    JOIN numbered AS original
        ON original.dossier = candidate.twin
        AND original.activity = copy.activity
        AND original.occurrence = copy.occurrence
        AND original.completed_at <= copy.completed_at + to_seconds($within_minutes * 60)
        AND original.completed_at >= copy.completed_at - to_seconds($within_minutes * 60)
),

weighed AS (
    SELECT dossier, twin, any_value(first_system) AS first_system, count(*) AS together, sum(between_us) AS apart_us
    FROM matched
    GROUP BY dossier, twin
    HAVING count(*) >= greatest($least_steps, $least_share * any_value(steps))
),

pair AS (
    SELECT *
    FROM weighed
    QUALIFY row_number() OVER (PARTITION BY dossier ORDER BY together DESC, apart_us, twin) = 1
        AND row_number() OVER (PARTITION BY twin ORDER BY together DESC, apart_us, dossier) = 1
)

SELECT
    pair.dossier,
    pair.twin,
    cohort.procedure,
    coalesce(units.name, cohort.unit) AS unit,
    activities.name AS activity,
    pair.first_system,
    numbered."system" AS second_system,
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
