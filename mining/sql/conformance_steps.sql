-- Which steps do the approved processes have, of a procedure or of all?
SELECT process_key, ordinal, number, task, unit, "role", hours
FROM approved_step JOIN approved_process USING (process_key)
WHERE $procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure)
ORDER BY process_key, ordinal
