-- How many dossiers of a slice were compared with a process?
SELECT count(*) AS dossiers
FROM conformity
WHERE process_key = $process_key
    AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
