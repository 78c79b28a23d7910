-- Writes known_procedure, approved_process and approved_step anew from the entries in force.
DELETE FROM known_procedure;

DELETE FROM approved_process;

DELETE FROM approved_step;

INSERT INTO known_procedure
SELECT key, said.code, said.name, said.field, said.owner, coalesce(said.online_only, false), warnings
FROM (
    SELECT key, warnings, from_json(
        content, '{"code": "VARCHAR", "name": "VARCHAR", "field": "VARCHAR", "owner": "VARCHAR", "online_only": "BOOLEAN"}'
    ) AS said
    FROM catalogue_in_force
    WHERE kind = 'procedure'
);

INSERT INTO approved_process
SELECT
    process_key,
    procedure,
    case_variant,
    channel,
    version,
    decision,
    effective_from,
    effective_to,
    limit_amount,
    limit_unit,
    CASE limit_unit WHEN 'hours' THEN limit_amount WHEN 'working_days' THEN limit_amount * 8 END,
    list_sum(list_transform(steps, lambda step: step.hours)),
    process.warnings || coalesce(overlapping.warnings, []) || coalesce(nameless.warnings, [])
FROM catalogue_process AS process
LEFT JOIN (
    SELECT
        process_key,
        list(
            'version ' || overlapped_version || ' is in force for the same dossiers on ' || strftime(overlaps_from, '%d/%m/%Y')
            || ', when this one starts; the one that starts later applies'
            ORDER BY overlapped_key
        ) AS warnings
    FROM catalogue_overlap
    GROUP BY process_key
) AS overlapping USING (process_key)
LEFT JOIN (
    SELECT
        process_key,
        list(
            'step ' || step.number || ': the unit ''' || step.unit || ''' is none of the catalogue, or several are called so'
            ORDER BY ordinal
        ) AS warnings
    FROM (
        SELECT process_key, unnest(steps) AS step, generate_subscripts(steps, 1) AS ordinal FROM catalogue_process
    )
    LEFT JOIN catalogue_unit_alias AS alias ON alias.alias = catalogue_word(step.unit)
    WHERE step.unit IS NOT NULL AND alias.code IS NULL AND EXISTS (FROM catalogue_unit)
    GROUP BY process_key
) AS nameless USING (process_key);

INSERT INTO approved_step
SELECT process_key, ordinal, step.number, step.task, coalesce(alias.code, step.unit), step.role, step.hours, step.result
FROM (
    SELECT process_key, unnest(steps) AS step, generate_subscripts(steps, 1) AS ordinal FROM catalogue_process
)
LEFT JOIN catalogue_unit_alias AS alias ON alias.alias = catalogue_word(step.unit);
