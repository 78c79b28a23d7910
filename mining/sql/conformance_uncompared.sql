-- How many accepted dossiers of a slice could not be compared: no process is in force, or no step is completed?
SELECT
    count(*) AS accepted,
    count(*) FILTER (dossier NOT IN (SELECT dossier FROM conformity)) AS uncompared
FROM clock
WHERE accepted_at IS NOT NULL
    AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
