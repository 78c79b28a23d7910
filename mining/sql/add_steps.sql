-- Keep the activity instances of this pass: every completion, and every start that waits for one.
-- A completion says where and by whom; its start says it where the completion does not.
INSERT INTO step
SELECT
    ordered.dossier,
    fresh.cohort,
    fresh.opened_at,
    ordered.position,
    ordered.activity,
    coalesce(ordered.step, paired.step) AS step,
    CASE
        WHEN ordered.started_at IS NULL OR ordered.starts THEN paired.started_at
        WHEN ordered.started_at <= ordered.occurred_at THEN ordered.started_at
    END AS started_at,
    ordered.completes AND coalesce(ordered.started_at > ordered.occurred_at, false) AS start_dropped,
    CASE WHEN ordered.completes THEN ordered.occurred_at END AS completed_at,
    CASE WHEN ordered.completes THEN ordered.previous_activity END AS previous_activity,
    CASE WHEN ordered.completes THEN ordered.previous_completed_at END AS previous_completed_at,
    coalesce(ordered.unit, paired.unit) AS unit,
    coalesce(ordered."role", paired."role") AS "role",
    coalesce(ordered.officer, paired.officer) AS officer,
    ordered.event_no
FROM ordered
JOIN fresh_dossier AS fresh USING (dossier)
LEFT JOIN paired ON paired.instance_no = ordered.event_no
WHERE ordered.completes OR paired.is_open
