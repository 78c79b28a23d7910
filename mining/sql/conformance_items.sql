-- What happened in each dossier in the terms of its process? place is twice the position of a step. Between two steps
-- stand an outcome by which the dossier was returned (-1) or refused (-3), and, as a request for papers (-1) does, a
-- stretch in which the clock stood still.
CREATE OR REPLACE TEMP VIEW conformance_item AS
SELECT dossier, 2 * position AS place, symbol
FROM step
JOIN conformance_bound USING (dossier)
JOIN conformance_symbol AS known ON known.sort = hash(conformance_bound.process, step.activity, step.step)
WHERE position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
UNION ALL
SELECT dossier, 2 * position + 1 AS place, symbol
FROM step JOIN conformance_bound USING (dossier) JOIN conformance_outcome USING (event_no)
WHERE position IS NOT NULL
UNION ALL
SELECT stop.dossier, 2 * count(position) + 1 AS place, -1 AS symbol
FROM (
    SELECT dossier, ordinal, from_at
    FROM clock_span JOIN conformance_bound USING (dossier)
    WHERE holder <> 'agency'
) AS stop
LEFT JOIN step
    ON step.dossier = stop.dossier
    AND completed_at <= from_at
    AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
GROUP BY stop.dossier, stop.ordinal
