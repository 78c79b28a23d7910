-- When was each dossier of a slice finished, by which unit, and which date was said last before?
WITH done AS (
    SELECT dossier, cohort, finished_at, reported_due_at
    FROM clock
    WHERE finish_kind = 'finished'
        AND finished_at < $as_of
        AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

ended AS (
    SELECT event.dossier, min(event.unit) AS unit
    FROM event JOIN done ON event.dossier = done.dossier AND event.occurred_at = done.finished_at
    WHERE status IN (9, 10)
    GROUP BY event.dossier
)

SELECT
    done.dossier,
    cohort.procedure,
    coalesce(ended.unit, cohort.unit) AS unit,
    finished_at,
    reported_due_at AS due_at
FROM done
JOIN cohort USING (cohort)
LEFT JOIN ended ON ended.dossier = done.dossier
