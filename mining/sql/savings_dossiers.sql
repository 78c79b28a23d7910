-- Which dossiers were taken in, when, as what, and how and when did they end?
SELECT
    dossier,
    clock.cohort,
    accepted_at,
    vietnam_day(accepted_at) AS intake_date,
    finished_at,
    finish_kind,
    supplements
FROM clock
WHERE accepted_at IS NOT NULL AND accepted_at < $as_of
ORDER BY dossier
