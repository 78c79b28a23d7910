-- Events of made-up dossiers, ten or so each over a year, in order of arrival; the same on every machine.
INSERT INTO event BY NAME
WITH planned AS (
    SELECT
        number,
        task,
        hash(number, task) % 100 AS roll,
        to_timestamp(1700000000) + to_seconds(number * 31536000 // $dossiers)
        + to_seconds(task * 36000 + hash(number, task, 'time') % 36000) AS occurred_at
    FROM range($first, $first + $dossiers) AS dossiers(number), range(12) AS tasks(task)
),
happened AS (
    SELECT
        *,
        (SELECT coalesce(max(event_no), 0) FROM event)
        + row_number() OVER (ORDER BY occurred_at, number, task) AS event_no
    FROM planned
    WHERE task = 0 OR roll < 100 - (task * 7 + hash(number, 'kind') % 8) % 30
)
SELECT
    event_no,
    hash(event_no) AS event_key,
    '/bench' AS source,
    $name || '-' || event_no AS event_id,
    'step' AS kind,
    md5(number::VARCHAR)::UUID AS dossier,
    occurred_at,
    '1.00' || (1000 + number % 200) AS procedure,
    (task + 1)::VARCHAR AS step,
    'Bước ' || (CASE WHEN roll = 7 AND task > 0 THEN task - 1 ELSE task END) || ' của quy trình' AS activity,
    'complete' AS lifecycle,
    least(9, 2 + task)::TINYINT AS status,
    'H29.' || (number % 40) || '.' || (task % 4) AS unit,
    'vai trò ' || (task % 5) AS "role",
    md5('officer ' || (number % 40) || ' ' || (task % 7))::UUID AS officer,
    CASE WHEN hash(number, 'channel') % 3 = 0 THEN 'online' ELSE 'counter' END AS channel,
    event_no AS sequence,
    occurred_at AS received_at
FROM happened
ORDER BY event_no
