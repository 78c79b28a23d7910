-- What happened in each dossier in the terms of its process? place is twice the position of a step. Between two steps
-- stand an outcome by which the dossier was returned (-1) or refused (-3), and, as a request for papers (-1) does, a
-- stretch in which the clock stood still. What was typed again into another system within 8 hours stands aside (-2): of
-- each activity what is as often done in the other system, or nearest to what was done there.
CREATE OR REPLACE TEMP VIEW conformance_item AS
WITH mixed AS (
    SELECT dossier
    FROM event SEMI JOIN conformance_bound USING (dossier)
    WHERE event_no >= (SELECT min(first_event_no) FROM conformance_bound)
    GROUP BY dossier
    HAVING min(coalesce(source_system, source)) <> max(coalesce(source_system, source))
),
typed AS (
    SELECT
        step.dossier,
        step.activity,
        position,
        completed_at,
        coalesce(source_system, source) AS "system",
        row_number() OVER (
            PARTITION BY step.dossier, step.activity, coalesce(source_system, source) ORDER BY completed_at, position
        ) AS turn
    FROM step SEMI JOIN mixed USING (dossier) JOIN event USING (event_no)
    WHERE position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
),
neighbour AS (
    SELECT
        *,
        lag("system") OVER along AS before_system,
        epoch_us(completed_at - lag(completed_at) OVER along) AS before_us,
        if(lead("system") OVER along <> "system", epoch_us(lead(completed_at) OVER along - completed_at), NULL) AS after_us,
        first("system") OVER each_turn AS turn_system,
        epoch_us(completed_at - first(completed_at) OVER each_turn) AS turn_us
    FROM typed
    WINDOW
        along AS (PARTITION BY dossier, activity ORDER BY completed_at, position),
        each_turn AS (PARTITION BY dossier, activity, turn ORDER BY completed_at, position)
),
copy AS (
    SELECT dossier, position
    FROM neighbour
    WHERE ("system" <> turn_system AND turn_us <= 28_800_000_000)
        OR ("system" <> before_system AND before_us <= 28_800_000_000 AND coalesce(before_us <= after_us, true))
)
SELECT step.dossier, 2 * step.position AS place, if(copy.dossier IS NULL, symbol, -2) AS symbol
FROM step
JOIN conformance_bound USING (dossier)
JOIN conformance_symbol AS known ON known.sort = hash(conformance_bound.process, step.activity, step.step)
LEFT JOIN copy ON copy.dossier = step.dossier AND copy.position = step.position
WHERE step.position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
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
