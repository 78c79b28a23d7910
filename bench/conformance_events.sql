-- Events of made-up dossiers that mostly keep to the approved steps, in order of arrival; the same on every machine.
INSERT INTO event BY NAME
WITH dossier AS (
    SELECT
        number,
        (1634 * power(hash(number, 'procedure') % 1000000 / 1000000, 2))::INTEGER AS kind,
        to_timestamp(1700000000) + to_seconds(number * 31536000 // $dossiers) AS begun_at
    FROM range($first, $first + $count) AS dossiers(number)
),
planned AS (
    SELECT
        number,
        kind,
        task,
        4 + kind % 9 AS steps,
        hash(number, task, 'roll') % 1000 AS roll,
        begun_at + to_seconds(task * 36000 + hash(number, task, 'time') % 30000) AS occurred_at
    FROM dossier, range(1, 13) AS tasks(task)
    WHERE task <= 4 + kind % 9
),
done AS (
    SELECT * REPLACE (if(roll BETWEEN 20 AND 29, occurred_at - INTERVAL 20 HOURS, occurred_at) AS occurred_at), false AS extra
    FROM planned
    WHERE roll >= 20 OR task = 1
    UNION ALL
    SELECT * REPLACE (occurred_at + INTERVAL 1 HOUR AS occurred_at), roll < 45 AS extra
    FROM planned
    WHERE roll BETWEEN 30 AND 59
)
SELECT
    $after + row_number() OVER (ORDER BY occurred_at, number, task, extra) AS event_no,
    hash(number, task, extra) AS event_key,
    '/bench' AS source,
    number || '-' || task || '-' || extra || '-' || roll AS event_id,
    'step' AS kind,
    md5(number::VARCHAR)::UUID AS dossier,
    occurred_at,
    if(roll % 2 = 0, occurred_at - to_seconds(600 + roll * 40), NULL) AS started_at,
    '1.' || lpad((100000 + kind)::VARCHAR, 6, '0') || '.H29' AS procedure,
    if(extra, NULL, 'B' || task) AS step,
    if(extra, 'Chuyển nội bộ', 'Việc ' || task || ' của thủ tục ' || kind) AS activity,
    'complete' AS lifecycle,
    CASE WHEN task = 1 THEN 2 WHEN task >= steps - 1 AND NOT extra THEN 9 ELSE 4 END::TINYINT AS status,
    'H29.' || (kind % 40) || '.' || if(roll = 70, 9, task % 4) AS unit,
    'vai trò ' || if(roll = 71, 9, task % 5) AS "role",
    'online' AS channel,
    task AS sequence,
    occurred_at AS received_at
FROM done
ORDER BY event_no
