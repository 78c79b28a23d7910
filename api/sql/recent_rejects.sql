-- Which events could not be used, the latest first? Their content stays in the store.
SELECT reject_no AS "number", origin, partition, position, reason, detail, received_at
FROM rejected
WHERE reject_no < $before
ORDER BY reject_no DESC
LIMIT $most
