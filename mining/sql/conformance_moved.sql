-- Which deviations from the order of the steps do the dossiers have, and when was what deviates done?
CREATE OR REPLACE TEMP TABLE conformance_candidate AS
SELECT
    fresh.dossier,
    fresh.process,
    kind,
    symbol AS ordinal,
    move.position,
    activity,
    unit,
    "role",
    if(kind = 'skipped', NULL, coalesce(started_at, previous_completed_at)) AS from_at,
    if(kind = 'skipped', NULL, completed_at) AS to_at,
    CASE
        WHEN kind = 'skipped' THEN 'approved'
        WHEN started_at IS NOT NULL THEN 'start'
        WHEN previous_completed_at IS NOT NULL THEN 'previous'
    END AS measured
FROM conformance_fresh AS fresh
JOIN conformance_move AS move USING (variant)
LEFT JOIN step
    ON step.dossier = fresh.dossier
    AND step.position = move.position
    AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
