-- Forget in which systems the dossiers are.
DROP TABLE IF EXISTS system_dossier
