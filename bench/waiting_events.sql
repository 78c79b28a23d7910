-- Write the steps that were made up as events: a start and a completion each.
INSERT INTO event BY NAME
SELECT
    row_number() OVER () AS event_no,
    0 AS event_key,
    'bench' AS source,
    (row_number() OVER ())::VARCHAR AS event_id,
    'step' AS kind,
    md5('dossier-' || dossier)::UUID AS dossier,
    occurred_at,
    'P' || (dossier % 50) AS procedure,
    'desk ' || stage AS activity,
    lifecycle,
    'unit ' || (officer % 40) AS unit,
    'role ' || stage AS role,
    md5('officer-' || officer)::UUID AS officer,
    occurred_at AS received_at
FROM (
    SELECT dossier, stage, officer, 'start' AS lifecycle, make_timestamptz(started_us) AS occurred_at
    FROM made_up
    UNION ALL
    SELECT dossier, stage, officer, 'complete', make_timestamptz(completed_us)
    FROM made_up
)
