-- Events of made-up dossiers over a year, in two systems, with statuses, due dates and flags; the same on every machine.
-- A twentieth of the dossiers is typed into both systems, every hundredth is rewritten when it is due.
INSERT INTO event BY NAME
WITH planned AS (
    SELECT
        number,
        task,
        to_timestamp(1704164400) + to_seconds(number * 31536000 // $dossiers + hash(number, 'intake') % 3600) AS opened_at,
        number % 200 AS unit
    FROM range($dossiers) AS dossiers(number), range(11) AS tasks(task)
),

happened AS (
    SELECT
        *,
        opened_at + to_seconds(
            CASE task
                WHEN 8 THEN 5 * 86400
                WHEN 9 THEN 86400 + hash(number, 1) % 80000 + 420
                WHEN 10 THEN 2 * 86400 + hash(number, 2) % 80000 + 420
                ELSE task * 86400 + hash(number, task) % 80000
            END
        ) AS occurred_at
    FROM planned
    WHERE task < 8 OR (task = 8 AND number % 100 = 0) OR (task > 8 AND number % 20 = 0)
)

SELECT
    row_number() OVER (ORDER BY occurred_at, number, task) AS event_no,
    hash(number, task) AS event_key,
    CASE WHEN (unit % 2 = 0) = (task > 8) THEN '/new' ELSE '/old' END AS source,
    number || '-' || task AS event_id,
    'step' AS kind,
    md5(number::VARCHAR)::UUID AS dossier,
    occurred_at,
    '1.00' || (1000 + number % 1600) AS procedure,
    CASE task
        WHEN 0 THEN 'Nộp hồ sơ trực tuyến' WHEN 1 THEN 'Tiếp nhận' WHEN 9 THEN 'Tiếp nhận' WHEN 2 THEN 'Thẩm định'
        WHEN 10 THEN 'Thẩm định' WHEN 3 THEN 'Trình lãnh đạo' WHEN 4 THEN 'Ký duyệt' WHEN 5 THEN 'Phát hành'
        WHEN 6 THEN 'Kết thúc' WHEN 7 THEN 'Trả kết quả'
    END AS activity,
    CASE WHEN task = 8 THEN 'reset-due' ELSE 'complete' END AS lifecycle,
    CASE task WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 6 THEN 9 WHEN 7 THEN 10 WHEN 2 THEN 4 WHEN 3 THEN 4 WHEN 4 THEN 4 END::TINYINT
        AS status,
    'H29.' || unit AS unit,
    md5('officer ' || unit || ' ' || (task % 4))::UUID AS officer,
    CASE WHEN number % 3 = 0 THEN 'counter' ELSE 'online' END AS channel,
    CASE task WHEN 1 THEN opened_at + INTERVAL 5 DAY WHEN 8 THEN opened_at + INTERVAL 15 DAY END AS due_at,
    CASE WHEN task = 1 THEN hash(number, 'flag') % 10 < 8 END AS digitised_input,
    CASE WHEN task = 4 THEN hash(number, 'sign') % 10 < 8 END AS e_signed,
    CASE WHEN task = 6 THEN hash(number, 'result') % 10 < 8 END AS e_result,
    occurred_at + to_seconds(hash(number, task, 'way') % 600) AS received_at
FROM happened
ORDER BY event_no
