-- Which stretch of the events does each pass read?
SELECT pass, min(first_event_no) AS first_event_no, max(last_event_no) AS last_event_no
FROM touched
GROUP BY pass
ORDER BY pass
