-- Remove how the touched dossiers compared; the event number spares reading what is older.
DELETE FROM conformity
WHERE first_event_no >= (SELECT min(touched.first_event_no) FROM conformance_touched AS touched)
    AND dossier IN (SELECT dossier FROM conformance_touched)
