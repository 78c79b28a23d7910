-- How many dossiers were compared?
SELECT count(*) AS dossiers FROM conformance_fresh
