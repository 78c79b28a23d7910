-- What happened in a dossier in the terms of its process, as conformance_items.sql tells it of many? Outcomes that matter
-- are given with what they stand for; the event number spares reading what is older.
SELECT 2 * position AS place, symbol, position
FROM step
JOIN conformance_match AS known
    ON known.process_key = $process_key
    AND known.activity = step.activity
    AND known.step IS NOT DISTINCT FROM step.step
WHERE dossier = $dossier AND event_no >= $first_event_no AND position IS NOT NULL
UNION ALL
SELECT 2 * position + 1 AS place, told.symbol, NULL AS position
FROM step
JOIN event USING (event_no)
JOIN (SELECT unnest($outcomes::VARCHAR[]) AS outcome, unnest($symbols::INTEGER[]) AS symbol) AS told USING (outcome)
WHERE step.dossier = $dossier AND event_no >= $first_event_no AND position IS NOT NULL
UNION ALL
SELECT 2 * count(position) + 1 AS place, -1 AS symbol, NULL AS position
FROM clock_span AS stop
LEFT JOIN step
    ON step.dossier = stop.dossier AND completed_at <= from_at AND step.event_no >= $first_event_no
WHERE stop.dossier = $dossier AND stop.event_no >= $first_event_no AND holder <> 'agency'
GROUP BY stop.ordinal
ORDER BY place, symbol
