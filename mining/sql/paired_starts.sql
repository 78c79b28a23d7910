-- Which start belongs to which completion of the same dossier and activity? First in, first out.
-- Starts queue up, each completion takes the oldest one. With +1 for a start and -1 for a completion, the queue is the
-- running sum less its minimum so far: a completion that sets a new minimum finds the queue empty.
-- instance_no is the event number of the completion, or of the start itself while its instance is open.
CREATE OR REPLACE TEMP TABLE paired AS
WITH queue AS (
    SELECT
        *,
        sum(CASE WHEN starts THEN 1 ELSE -1 END) OVER (
            PARTITION BY dossier, activity ORDER BY occurred_at, completes, n ROWS UNBOUNDED PRECEDING
        ) AS level
    FROM ordered
    WHERE (starts OR (completes AND started_at IS NULL))
        AND (dossier, activity) IN (SELECT (dossier, activity) FROM ordered WHERE starts)
),
served AS (
    SELECT
        *,
        starts OR level >= least(0, min(level) OVER (
            PARTITION BY dossier, activity ORDER BY occurred_at, completes, n
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )) AS paired
    FROM queue
),
turns AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY dossier, activity, starts ORDER BY occurred_at, n) AS turn
    FROM served
    WHERE paired
)
SELECT
    begun.dossier,
    coalesce(done.event_no, begun.event_no) AS instance_no,
    done.event_no IS NULL AS is_open,
    begun.occurred_at AS started_at,
    begun.step,
    begun.unit,
    begun."role",
    begun.officer
FROM (FROM turns WHERE starts) AS begun
LEFT JOIN (FROM turns WHERE completes) AS done USING (dossier, activity, turn)
