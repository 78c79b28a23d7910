-- Remove how the touched dossiers compared.
DELETE FROM conformity WHERE dossier IN (SELECT dossier FROM conformance_touched)
