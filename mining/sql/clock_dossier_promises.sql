-- Which dates were promised for one dossier, in order? The event number spares reading what is older.
SELECT dossier, kind, said_at, unit, due_at, previous_due_at
FROM promise
WHERE event_no >= $first_event_no AND dossier = $dossier
ORDER BY ordinal
