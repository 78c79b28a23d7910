-- Remove the clocks of the touched dossiers; the event number spares reading what is older.
DELETE FROM clock
WHERE first_event_no >= $first_event_no AND dossier IN (SELECT dossier FROM touched)
