-- Which work on approved steps is there in the dossiers at hand, from when to when, and what was approved for it?
CREATE OR REPLACE TEMP VIEW conformance_work AS
SELECT
    fresh.dossier,
    fresh.process,
    symbol,
    position,
    step.activity,
    step.unit,
    step."role",
    coalesce(started_at, previous_completed_at) AS from_at,
    completed_at AS to_at,
    if(started_at IS NULL, 'previous', 'start') AS measured,
    expected.approved_us,
    expected.unit AS expected_unit,
    expected.role_word AS expected_role
FROM step
JOIN conformance_fresh AS fresh USING (dossier)
JOIN conformance_symbol AS known ON known.sort = hash(fresh.process, step.activity, step.step)
JOIN conformance_expected AS expected ON expected.process = known.process AND expected.ordinal = known.symbol
WHERE position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
