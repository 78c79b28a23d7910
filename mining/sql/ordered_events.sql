-- In which order did the events of each dossier happen, and which completion follows which?
-- n orders all events of a dossier, position only its completions; numbers stand for names. Arrival has no say.
CREATE OR REPLACE TEMP TABLE ordered AS
WITH coded AS (
    SELECT
        fresh.event_no,
        fresh.dossier,
        fresh.occurred_at,
        fresh.started_at,
        fresh.sequence,
        TRY_CAST(regexp_extract(fresh.step, '[0-9]+') AS BIGINT) AS step_number,
        fresh.source,
        fresh.event_id,
        fresh.activity IS NOT NULL AND fresh.lifecycle = 'complete' AS completes,
        fresh.activity IS NOT NULL AND fresh.lifecycle = 'start' AS starts,
        activities.code AS activity,
        steps.code AS step,
        procedures.code AS procedure,
        case_variants.code AS case_variant,
        process_versions.code AS process_version,
        channels.code AS channel,
        units.code AS unit,
        roles.code AS "role",
        fresh.officer,
        fresh.status,
        fresh.lifecycle,
        fresh.due_at,
        fresh.apology
    FROM fresh
    LEFT JOIN fresh_label AS activities ON activities.name = fresh.activity
    LEFT JOIN fresh_label AS steps ON steps.name = fresh.step
    LEFT JOIN fresh_label AS procedures ON procedures.name = fresh.procedure
    LEFT JOIN fresh_label AS case_variants ON case_variants.name = fresh.case_variant
    LEFT JOIN fresh_label AS process_versions ON process_versions.name = fresh.process_version
    LEFT JOIN fresh_label AS channels ON channels.name = fresh.channel
    LEFT JOIN fresh_label AS units ON units.name = fresh.unit
    LEFT JOIN fresh_label AS roles ON roles.name = fresh."role"
)
SELECT
    * EXCLUDE (sequence, step_number, source, event_id),
    (row_number() OVER along)::INTEGER AS n,
    CASE WHEN completes THEN (count(*) FILTER (completes) OVER so_far)::INTEGER END AS position,
    lag(CASE WHEN completes THEN activity END IGNORE NULLS) OVER along AS previous_activity,
    lag(CASE WHEN completes THEN occurred_at END IGNORE NULLS) OVER along AS previous_completed_at,
    lag(status IGNORE NULLS) OVER along AS previous_status
FROM coded
WINDOW
    along AS (
        PARTITION BY dossier
        ORDER BY occurred_at, sequence NULLS LAST, step_number NULLS LAST, source, event_id
    ),
    so_far AS (
        PARTITION BY dossier
        ORDER BY occurred_at, sequence NULLS LAST, step_number NULLS LAST, source, event_id
        ROWS UNBOUNDED PRECEDING
    )
