-- When was each dossier of a slice finished, by which unit, and which date was said last before?
WITH ended AS (
    SELECT dossier, occurred_at, any_value(unit ORDER BY event_no) AS unit
    FROM event
    WHERE status IN (9, 10) AND unit IS NOT NULL
    GROUP BY dossier, occurred_at
)

SELECT
    clock.dossier,
    cohort.procedure,
    coalesce(ended.unit, cohort.unit) AS unit,
    finished_at,
    reported_due_at AS due_at
FROM clock
JOIN cohort USING (cohort)
LEFT JOIN ended ON ended.dossier = clock.dossier AND ended.occurred_at = clock.finished_at
WHERE finish_kind = 'finished'
    AND finished_at < $as_of
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
