-- The derived activity instances by name, times in minutes since the first day of drawn logs.
CREATE OR REPLACE TEMP MACRO name_of(uuid) AS
    ltrim(decode(unhex(replace(uuid::VARCHAR, '-', ''))), chr(0));
CREATE OR REPLACE TEMP MACRO minute_of(instant) AS
    ((epoch(instant) - epoch('2025-01-06 00:00:00+00'::TIMESTAMPTZ)) / 60)::INTEGER;
SELECT
    name_of(step.dossier), position, a.name, s.name, minute_of(step.started_at), start_dropped,
    minute_of(completed_at), p.name, minute_of(previous_completed_at), u.name, r.name, name_of(step.officer),
    event.event_id, cohort.procedure, minute_of(step.opened_at)
FROM step
JOIN event USING (event_no)
JOIN cohort USING (cohort)
JOIN label AS a ON a.code = step.activity
LEFT JOIN label AS p ON p.code = step.previous_activity
LEFT JOIN label AS s ON s.code = step.step
LEFT JOIN label AS u ON u.code = step.unit
LEFT JOIN label AS r ON r.code = step."role"
