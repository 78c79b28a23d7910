-- Which dossiers say whether the citizen had an apology?
SELECT dossier, bool_or(apology) AS apology
FROM event
WHERE apology IS NOT NULL
GROUP BY dossier
