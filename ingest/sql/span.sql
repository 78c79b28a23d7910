-- How many events are there, from when to when did they happen, and when was the newest received?
SELECT
    count(*) AS events,
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at,
    max(received_at) AS received_at
FROM event
