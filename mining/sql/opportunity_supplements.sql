-- How often was the citizen of each dossier asked for papers? Dossiers by their first event number.
SELECT dossier.first_event_no AS dossier, clock.supplements
FROM clock
JOIN dossier USING (dossier)
WHERE clock.supplements > 0
ORDER BY dossier.first_event_no
