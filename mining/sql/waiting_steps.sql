-- Which activity instances are completed, of all dossiers or of those in which some officers did anything? Without those
-- that were typed a second time. dossier is the dossier's first event number; names are codes of labels. In path order.
WITH known AS (
    SELECT officer, (row_number() OVER (ORDER BY officer) - 1)::INTEGER AS officer_no
    FROM (SELECT DISTINCT officer FROM step WHERE officer IS NOT NULL)
)

SELECT
    step.event_no AS identity,
    dossier.first_event_no AS dossier,
    step.cohort,
    step.activity,
    step.unit,
    step."role",
    known.officer_no AS officer,
    step.position,
    step.opened_at,
    step.started_at,
    step.completed_at,
    step.start_dropped
FROM step
JOIN dossier USING (dossier)
LEFT JOIN known USING (officer)
WHERE step.position IS NOT NULL
    AND step.event_no NOT IN (SELECT event_no FROM waiting_copy)
    AND (
        $officers IS NULL
        OR step.dossier IN (SELECT dossier FROM step WHERE officer IN (SELECT unnest($officers::UUID[])))
    )
ORDER BY dossier.first_event_no, step.position
