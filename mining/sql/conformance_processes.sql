-- Which approved processes are there, of a procedure or of all?
SELECT process_key, procedure, case_variant, channel, version, decision, effective_from, effective_to
FROM approved_process
WHERE $procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure)
ORDER BY process_key
