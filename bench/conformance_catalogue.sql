-- The approved processes and the units of the made-up dossiers of conformance_events.sql.
INSERT INTO approved_process
SELECT
    'process:' || kind,
    '1.' || lpad((100000 + kind)::VARCHAR, 6, '0') || '.H29',
    NULL, NULL, '1', 'QĐ ' || kind, '2020-01-01', NULL, 5, 'working_days', 40, 40, []
FROM range(1634) AS kinds(kind);

INSERT INTO approved_step
SELECT
    'process:' || kind, task, 'B' || task, 'Việc ' || task || ' của thủ tục ' || kind,
    'H29.' || (kind % 40) || '.' || task % 4, 'vai trò ' || task % 5, if(task = 4 + kind % 9, 0, 4), NULL
FROM range(1634) AS kinds(kind), range(1, 13) AS tasks(task)
WHERE task <= 4 + kind % 9
ORDER BY kind, task;

INSERT INTO approved_step
SELECT 'process:roles', 1, '1', 'x', NULL, 'vai trò 9', 1, NULL;

INSERT INTO catalogue_entry
SELECT
    row_number() OVER (),
    'unit',
    'unit:H29.' || agency || '.' || part,
    '{"code": "H29.' || agency || '.' || part || '", "name": "Đơn vị ' || agency || '/' || part || '"}',
    'bench', [], now()
FROM range(40) AS agencies(agency), range(10) AS parts(part)
