-- Which finishes of late dossiers were set back to the due date, when, by whom, and by how many hours?
SELECT
    promise.dossier,
    cohort.procedure,
    coalesce(any_value(promise.unit ORDER BY ordinal DESC), cohort.unit) AS unit,
    max(said_at) AS at,
    'finish set back to the due date' AS reason,
    epoch(finished_at - reported_finished_at) / 3600 AS measured
FROM promise JOIN clock USING (dossier) JOIN cohort USING (cohort)
WHERE promise.kind = 'reset-finish'
    AND reported_finished_at < finished_at
    AND said_at < $as_of
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY promise.dossier, cohort.procedure, cohort.unit, finished_at, reported_finished_at
