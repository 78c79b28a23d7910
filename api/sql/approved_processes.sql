-- Which approved processes are there for procedures, their own or those without an owner? The step tables in order.
WITH asked AS (
    SELECT DISTINCT unnest($procedures::VARCHAR[]) AS procedure
)
SELECT
    asked.procedure AS asked,
    process.version AS process_version,
    process.procedure AS procedure,
    process.case_variant,
    process.channel,
    process.decision,
    process.effective_from,
    process.effective_to,
    process.limit_amount,
    process.limit_unit,
    process.limit_hours,
    process.step_hours,
    process.warnings,
    list(
        {
            'number': step.number, 'task': step.task, 'unit': step.unit, 'role': step.role, 'hours': step.hours,
            'result': step.result
        }
        ORDER BY step.ordinal
    ) FILTER (step.ordinal IS NOT NULL) AS steps
FROM asked
JOIN approved_process AS process ON procedure_national(process.procedure) = procedure_national(asked.procedure)
LEFT JOIN approved_step AS step USING (process_key)
WHERE coalesce(procedure_owner(process.procedure) = procedure_owner(asked.procedure), true)
GROUP BY ALL
ORDER BY process.effective_from, process.case_variant NULLS FIRST, process.channel NULLS FIRST, process.version
