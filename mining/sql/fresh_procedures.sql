-- How many dossiers of which procedures does this pass derive?
SELECT procedure, count(*) AS dossiers
FROM fresh_dossier
GROUP BY procedure
