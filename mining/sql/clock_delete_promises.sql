-- Remove the promised dates of the touched dossiers; the event number spares reading what is older.
DELETE FROM promise
WHERE event_no >= $first_event_no AND dossier IN (SELECT dossier FROM touched)
