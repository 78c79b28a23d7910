-- Who held the clock of one dossier, from when to when? The event number spares reading what is older.
SELECT holder, state, from_at, to_at
FROM clock_span
WHERE event_no >= $first_event_no AND dossier = $dossier
ORDER BY ordinal
