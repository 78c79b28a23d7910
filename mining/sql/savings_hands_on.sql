-- How long did officers work on the dossiers of some cohorts that were finished before an instant, where starts are known?
SELECT
    clock.cohort,
    vietnam_day(accepted_at) AS intake_date,
    coalesce(label.name, cohort.unit) AS unit,
    started_at,
    step.completed_at
FROM step
JOIN clock USING (dossier)
JOIN cohort ON cohort.cohort = clock.cohort
LEFT JOIN label ON label.code = step.unit
WHERE started_at IS NOT NULL
    AND step.completed_at IS NOT NULL
    AND finish_kind = 'finished'
    AND finished_at < $as_of
    AND accepted_at IS NOT NULL
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
