-- On which day was the first dossier accepted?
SELECT vietnam_day(min(accepted_at)) AS first_day FROM clock
