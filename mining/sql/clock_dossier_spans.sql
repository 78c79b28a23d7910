-- Who held the clock of one dossier, from when to when?
SELECT holder, state, from_at, to_at
FROM clock_span
WHERE dossier = $dossier
ORDER BY ordinal
