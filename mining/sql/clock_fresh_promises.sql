-- Which due dates were promised for each dossier of this pass, in which order, and when was one or the finish reset?
CREATE OR REPLACE TEMP TABLE fresh_promise AS
WITH said AS (
    SELECT
        dossier,
        n,
        occurred_at,
        unit,
        lifecycle,
        last_value(due_at IGNORE NULLS) OVER (PARTITION BY dossier ORDER BY n ROWS UNBOUNDED PRECEDING) AS due_at,
        event_no
    FROM ordered
    WHERE due_at IS NOT NULL OR lifecycle = 'reset-finish'
),

followed AS (
    SELECT *, lag(due_at) OVER (PARTITION BY dossier ORDER BY n) AS previous_due_at
    FROM said
    WHERE due_at IS NOT NULL
)

SELECT
    dossier,
    (row_number() OVER (PARTITION BY dossier ORDER BY n))::INTEGER AS ordinal,
    CASE
        WHEN lifecycle = 'reset-finish' THEN 'reset-finish'
        WHEN previous_due_at IS NULL THEN 'first'
        WHEN lifecycle = 'reset-due' THEN 'reset-due'
        ELSE 'changed'
    END AS kind,
    occurred_at AS said_at,
    label.name AS unit,
    due_at,
    previous_due_at,
    event_no
FROM followed LEFT JOIN fresh_label AS label ON label.code = followed.unit
WHERE lifecycle = 'reset-finish' OR due_at IS DISTINCT FROM previous_due_at
