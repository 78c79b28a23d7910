-- Which rejected events were not yet published, oldest first?
SELECT reject_no, origin, partition, position, reason, detail, payload
FROM rejected
WHERE reject_no > $published_reject_no
ORDER BY reject_no
LIMIT $most
