-- Keep the dossiers of this pass.
INSERT INTO dossier
WITH waiting AS (
    SELECT dossier, count(*)::INTEGER AS open_steps
    FROM paired
    WHERE is_open
    GROUP BY dossier
)
SELECT
    fresh.dossier,
    fresh.cohort,
    fresh_path.path,
    fresh.opened_at,
    fresh.last_at,
    fresh.status,
    fresh.events,
    fresh.steps,
    coalesce(waiting.open_steps, 0) AS open_steps,
    fresh.first_event_no
FROM fresh_dossier AS fresh
LEFT JOIN fresh_path USING (fingerprint)
LEFT JOIN waiting USING (dossier)
