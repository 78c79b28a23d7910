-- In which dossiers did something happen before what must come first, and how many hours before? asking and answering
-- are the activities by which papers are asked for and come.
WITH told AS (
    SELECT
        dossier,
        occurred_at,
        unit,
        CASE status WHEN 1 THEN 'submitted' WHEN 2 THEN 'accepted' WHEN 9 THEN 'finished' WHEN 10 THEN 'returned' END AS said
    FROM event
    WHERE status IN (1, 2, 9, 10)
    UNION ALL
    SELECT dossier, occurred_at, unit, 'asked'
    FROM event
    WHERE status = 5
    UNION ALL
    SELECT
        dossier,
        completed_at,
        label.name,
        if(activity IN (SELECT unnest($asking::INTEGER[])), 'asked', 'answered')
    FROM step LEFT JOIN label ON label.code = step.unit
    WHERE completed_at IS NOT NULL
        AND (activity IN (SELECT unnest($asking::INTEGER[])) OR activity IN (SELECT unnest($answering::INTEGER[])))
),

first AS (
    SELECT dossier, said, min(occurred_at) AS at, arg_min(unit, occurred_at) AS unit
    FROM told
    WHERE occurred_at < $as_of
    GROUP BY dossier, said
),

required (early, late, reason) AS (
    VALUES
    ('submitted', 'accepted', 'accepted before it was submitted'),
    ('accepted', 'finished', 'finished before it was accepted'),
    ('finished', 'returned', 'result returned before it was finished'),
    ('asked', 'answered', 'papers came before they were asked for')
),

broken AS (
    SELECT
        late.dossier,
        late.unit,
        late.at,
        reason,
        epoch(early.at - late.at) / 3600 AS measured
    FROM first AS late
    JOIN required ON required.late = late.said
    JOIN first AS early ON early.dossier = late.dossier AND early.said = required.early
    WHERE late.at < early.at
    UNION ALL
    SELECT step.dossier, label.name, completed_at, 'a step begins after its end', NULL
    FROM step LEFT JOIN label ON label.code = step.unit
    WHERE start_dropped AND completed_at < $as_of
)

SELECT
    broken.dossier,
    cohort.procedure,
    coalesce(broken.unit, cohort.unit) AS unit,
    broken.at,
    broken.reason,
    broken.measured
FROM broken JOIN dossier USING (dossier) JOIN cohort USING (cohort)
WHERE dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
