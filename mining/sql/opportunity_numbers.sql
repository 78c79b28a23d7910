-- Which first event numbers do these dossiers have?
SELECT dossier::VARCHAR AS dossier, first_event_no
FROM dossier
WHERE dossier IN (SELECT unnest($dossiers::UUID[]))
