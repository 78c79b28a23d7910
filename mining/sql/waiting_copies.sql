-- Which completions are work that was typed a second time into another system, as docs/two-systems.md links them by code?
-- Those that come without a start of their own, at most $within_minutes after the first.
CREATE OR REPLACE TEMP TABLE waiting_copy AS
WITH mixed AS (
    SELECT dossier
    FROM event
    GROUP BY dossier
    HAVING min(coalesce(source_system, source)) <> max(coalesce(source_system, source))
),

typed AS (
    SELECT
        step.dossier,
        step.position,
        step.activity,
        step.event_no,
        step.started_at,
        step.completed_at,
        coalesce(event.source_system, event.source) AS "system"
    FROM step
    JOIN mixed USING (dossier)
    JOIN event USING (event_no)
    WHERE step.position IS NOT NULL
),

neighbour AS (
    SELECT
        *,
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

SELECT dossier, event_no
FROM nearest
WHERE started_at IS NULL
    AND before_us <= $within_minutes::BIGINT * 60_000_000
    AND coalesce(before_us <= after_us, true)
    AND coalesce(before_us < earlier_us, true)
