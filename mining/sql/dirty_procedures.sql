-- How many procedures do the events name that are not derived yet?
SELECT count(DISTINCT procedure) AS procedures
FROM event
WHERE event_no > $watermark
