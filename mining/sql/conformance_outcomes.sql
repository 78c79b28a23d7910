-- Which outcomes do the events of the dossiers at hand tell?
SELECT DISTINCT outcome
FROM event
WHERE outcome IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
ORDER BY outcome
