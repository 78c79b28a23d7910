-- Of how many finished dossiers of some cohorts is the start of a step known, by day of intake?
SELECT clock.cohort, vietnam_day(accepted_at) AS intake_date, count(*) AS dossiers
FROM clock
WHERE finish_kind = 'finished'
    AND finished_at < $as_of
    AND accepted_at IS NOT NULL
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND dossier IN (SELECT dossier FROM step WHERE started_at IS NOT NULL AND completed_at IS NOT NULL)
GROUP BY clock.cohort, intake_date
ORDER BY clock.cohort, intake_date
