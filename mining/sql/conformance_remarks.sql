-- What is odd about the approved processes of a procedure (NULL: all)? That no event ever reports a step, too.
SELECT process_key, procedure, version, remark, unusable
FROM conformance_remark JOIN approved_process USING (process_key)
WHERE $procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure)
UNION ALL
SELECT
    process_key,
    procedure,
    version,
    'no event ever reports step ' || number || ' (' || task || '): it counts as '
    || if(hours = 0, 'done', 'skipped') || ' in every dossier; map an activity to it' AS remark,
    false AS unusable
FROM approved_step AS step JOIN approved_process USING (process_key)
WHERE process_key IN (SELECT process_key FROM conformance_match)
    AND ($procedure IS NULL OR procedure_national(procedure) = procedure_national($procedure))
    AND NOT EXISTS (
        FROM conformance_match AS known JOIN approved_step AS first USING (process_key)
        WHERE known.process_key = step.process_key
            AND first.ordinal = known.symbol
            AND catalogue_word(first.number) = catalogue_word(step.number)
    )
ORDER BY process_key, unusable DESC, remark
