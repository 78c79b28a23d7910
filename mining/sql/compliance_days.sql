-- On which day was the first dossier of the log taken in, and on which the last before an instant?
SELECT vietnam_day(min(accepted_at)) AS first_day, vietnam_day(max(accepted_at)) AS last_day
FROM clock
WHERE accepted_at < $as_of
