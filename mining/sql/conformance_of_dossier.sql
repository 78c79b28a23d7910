-- How does a dossier compare with the process in force for it?
SELECT process_key, procedure, version, cost, worst_cost, exact
FROM conformity LEFT JOIN approved_process USING (process_key)
WHERE dossier = $dossier
