-- Which outcomes do the events of a dossier tell? The event number spares reading what is older.
SELECT DISTINCT outcome
FROM event
WHERE dossier = $dossier AND event_no >= $first_event_no AND outcome IS NOT NULL
