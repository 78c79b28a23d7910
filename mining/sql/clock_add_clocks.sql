-- Keep the clock of each dossier of this pass.
-- A reset of the finish counts for a finished dossier that was late; it moves the finish to the due date of then.
INSERT INTO clock
WITH promised AS (
    SELECT
        dossier,
        arg_min(due_at, ordinal) AS promised_due_at,
        arg_max(due_at, ordinal) AS reported_due_at,
        arg_max(due_at, ordinal) FILTER (kind = 'reset-finish') AS finish_reset_to
    FROM fresh_promise
    GROUP BY dossier
),

held AS (
    SELECT dossier, count_if(state = 'supplement')::INTEGER AS supplements
    FROM fresh_span
    GROUP BY dossier
),

reopened AS (
    SELECT dossier, count_if(works AND after_end)::INTEGER AS reopenings
    FROM (
        SELECT
            dossier,
            status IN (2, 4) AS works,
            lag(status IN (3, 7, 9, 10)) OVER (PARTITION BY dossier ORDER BY n) AS after_end
        FROM ordered JOIN clock_course AS course USING (dossier)
        WHERE is_reopened AND status IN (2, 3, 4, 7, 9, 10) AND n >= accepted_n
    )
    GROUP BY dossier
)

SELECT
    fresh.dossier,
    fresh.cohort,
    fresh.opened_at,
    course.submitted_at,
    course.accepted_at,
    course.finished_at,
    course.finish_kind,
    course.returned_at,
    course.status_known,
    coalesce(held.supplements, 0) AS supplements,
    coalesce(reopened.reopenings, 0) AS reopenings,
    promised.promised_due_at,
    promised.reported_due_at,
    CASE
        WHEN course.finish_kind = 'finished'
            THEN least(course.finished_at, coalesce(promised.finish_reset_to, course.finished_at))
        ELSE course.finished_at
    END AS reported_finished_at,
    course.apologised_at,
    fresh.first_event_no
FROM fresh_dossier AS fresh
JOIN clock_course AS course ON course.dossier = fresh.dossier
LEFT JOIN promised ON promised.dossier = fresh.dossier
LEFT JOIN held ON held.dossier = fresh.dossier
LEFT JOIN reopened ON reopened.dossier = fresh.dossier
