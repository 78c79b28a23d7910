-- Which systems send events, and since when?
SELECT coalesce(source_system, source) AS "system", min(received_at) AS first_received_at
FROM event
GROUP BY ALL
ORDER BY "system"
