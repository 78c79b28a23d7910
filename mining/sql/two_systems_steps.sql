-- Which steps were completed in which system? Only where a slice has several systems; position counts along the path.
CREATE OR REPLACE TEMP TABLE system_step AS
SELECT
    step.dossier,
    step.cohort,
    step.position,
    step.activity,
    step.unit,
    coalesce(event.source_system, event.source) AS "system",
    step.started_at,
    step.completed_at
FROM step JOIN event USING (event_no)
WHERE step.position IS NOT NULL
    AND completed_at < $as_of
    AND step.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
