-- Remove the deviations of the touched dossiers.
DELETE FROM deviation WHERE dossier IN (SELECT dossier FROM conformance_touched)
