-- Which events, by their full identity, are stored under these keys?
SELECT event_key, source, event_id FROM event WHERE event_key IN (SELECT event_key FROM suspect)
