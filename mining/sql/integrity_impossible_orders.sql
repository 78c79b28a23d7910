-- In which dossiers did something happen before what must come first, and how many hours before? asking and answering
-- are the activities by which papers are asked for and come. The unit is that of what came too early.
WITH stated AS (
    SELECT
        dossier,
        min(occurred_at) FILTER (status = 1) AS submitted_at,
        min(occurred_at) FILTER (status = 2) AS accepted_at,
        min(occurred_at) FILTER (status = 9) AS finished_at,
        min(occurred_at) FILTER (status = 10) AS returned_at
    FROM event
    WHERE status IN (1, 2, 9, 10) AND occurred_at < $as_of
    GROUP BY dossier
),

papers AS (
    SELECT
        dossier,
        min(completed_at) FILTER (activity IN (SELECT unnest($asking::INTEGER[]))) AS asked_at,
        min(completed_at) FILTER (activity IN (SELECT unnest($answering::INTEGER[]))) AS answered_at
    FROM step
    WHERE completed_at < $as_of
        AND (activity IN (SELECT unnest($asking::INTEGER[])) OR activity IN (SELECT unnest($answering::INTEGER[])))
    GROUP BY dossier
),

demanded AS (
    SELECT dossier, min(occurred_at) AS asked_at
    FROM event
    WHERE status = 5 AND occurred_at < $as_of AND dossier IN (SELECT dossier FROM papers WHERE answered_at IS NOT NULL)
    GROUP BY dossier
),

compared AS (
    SELECT dossier, submitted_at AS early_at, accepted_at AS late_at, 'accepted before it was submitted' AS reason
    FROM stated
    UNION ALL
    SELECT dossier, accepted_at, finished_at, 'finished before it was accepted'
    FROM stated
    UNION ALL
    SELECT dossier, finished_at, returned_at, 'result returned before it was finished'
    FROM stated
    UNION ALL
    SELECT
        dossier,
        least(papers.asked_at, demanded.asked_at),
        answered_at,
        'papers came before they were asked for'
    FROM papers LEFT JOIN demanded USING (dossier)
),

swapped AS (
    SELECT dossier, late_at, reason, epoch(early_at - late_at) / 3600 AS measured
    FROM compared
    WHERE late_at < early_at
),

named AS (
    SELECT swapped.dossier, swapped.late_at, min(event.unit) AS unit
    FROM swapped JOIN event ON event.dossier = swapped.dossier AND event.occurred_at = swapped.late_at
    GROUP BY swapped.dossier, swapped.late_at
),

broken AS (
    SELECT swapped.*, named.unit
    FROM swapped LEFT JOIN named ON named.dossier = swapped.dossier AND named.late_at = swapped.late_at
    UNION ALL
    SELECT step.dossier, completed_at, 'a step begins after its end', NULL, label.name
    FROM step LEFT JOIN label ON label.code = step.unit
    WHERE start_dropped AND completed_at < $as_of
)

SELECT
    broken.dossier,
    cohort.procedure,
    coalesce(broken.unit, cohort.unit) AS unit,
    broken.late_at AS at,
    broken.reason,
    broken.measured
FROM broken JOIN dossier USING (dossier) JOIN cohort USING (cohort)
WHERE dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
