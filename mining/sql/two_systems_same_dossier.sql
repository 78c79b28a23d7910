-- Which steps of a dossier were completed a second time in another system, soon after? Along the times of an activity in
-- a dossier, two completions are one piece of work when each is the nearest to the other.
WITH mixed AS (
    SELECT
        step.dossier,
        step.cohort,
        step.position,
        step.activity,
        step.unit,
        step.event_no,
        step.started_at,
        step.completed_at
    FROM step JOIN system_dossier USING (dossier)
    WHERE first_system <> last_system AND completed_at < $as_of
),

typed AS (
    SELECT mixed.*, coalesce(event.source_system, event.source) AS "system"
    FROM mixed JOIN event ON event.event_no = mixed.event_no
),

neighbour AS (
    SELECT
        *,
        lag("system") OVER along AS first_system,
        CASE WHEN lag("system") OVER along <> "system"
            THEN epoch_us(completed_at - lag(completed_at) OVER along) END AS before_us,
        CASE WHEN lead("system") OVER along <> "system"
            THEN epoch_us(lead(completed_at) OVER along - completed_at) END AS after_us
    FROM typed
    WINDOW along AS (PARTITION BY dossier, activity ORDER BY completed_at, "system", position)
),

nearest AS (
    SELECT *, lag(before_us) OVER (PARTITION BY dossier, activity ORDER BY completed_at, "system", position) AS earlier_us
    FROM neighbour
)

SELECT
    nearest.dossier,
    nearest.dossier AS twin,
    cohort.procedure,
    cohort.unit,
    coalesce(units.name, cohort.unit) AS typed_by,
    activities.name AS activity,
    first_system,
    "system" AS second_system,
    started_at,
    completed_at,
    'code' AS linked_by,
    before_us / 60_000_000 AS minutes_between
FROM nearest
JOIN cohort USING (cohort)
JOIN label AS activities ON activities.code = nearest.activity
LEFT JOIN label AS units ON units.code = nearest.unit
WHERE before_us <= $within_minutes * 60_000_000
    AND coalesce(before_us <= after_us, true)
    AND coalesce(before_us < earlier_us, true)
