-- When did each event happen and arrive, by the number of its system in $systems, in order of arrival?
WITH known AS (
    SELECT unnest($systems::VARCHAR[]) AS "system", unnest(range(len($systems::VARCHAR[]))) AS number
)

SELECT
    event_no,
    known.number AS "system",
    epoch_us(occurred_at) AS occurred_us,
    epoch_us(received_at) AS received_us
FROM event JOIN known ON known."system" = coalesce(source_system, source)
ORDER BY event_no
