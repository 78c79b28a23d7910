-- Which approved process applies to each dossier of the relation `intake`, whose columns bound_process explains.
SELECT dossier, process_key FROM bound_process('intake') ORDER BY dossier
