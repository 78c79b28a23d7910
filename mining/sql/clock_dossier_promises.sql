-- Which dates were promised for one dossier, in order?
SELECT dossier, kind, said_at, unit, due_at, previous_due_at
FROM promise
WHERE dossier = $dossier
ORDER BY ordinal
