-- Which steps do the approved processes have, of a procedure or of all, with some keys (NULL: any)?
SELECT process_key, ordinal, number, task, unit, "role", hours
FROM approved_step JOIN approved_process USING (process_key)
WHERE ($procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure))
    AND ($keys IS NULL OR process_key IN (SELECT unnest($keys::VARCHAR[])))
ORDER BY process_key, ordinal
