-- Which events are not derived yet: how many, and up to which number?
SELECT count(*) AS events, max(event_no) AS latest
FROM event
WHERE event_no > $watermark
