-- Which dossiers are finished? By their first event number.
SELECT dossier.first_event_no AS dossier
FROM clock
JOIN dossier USING (dossier)
WHERE clock.finish_kind = 'finished'
ORDER BY dossier.first_event_no
