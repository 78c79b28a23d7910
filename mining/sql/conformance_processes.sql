-- Which approved processes are there, of a procedure or of all, with some keys (NULL: any)?
SELECT process_key, procedure, case_variant, channel, version, decision, effective_from, effective_to
FROM approved_process
WHERE ($procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure))
    AND ($keys IS NULL OR process_key IN (SELECT unnest($keys::VARCHAR[])))
ORDER BY process_key
