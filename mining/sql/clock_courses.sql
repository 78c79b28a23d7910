-- Where does the clock of each dossier start and stop? n numbers its events in the order in which they happened.
-- It starts at the first status 2, else at the first event that is more than a submission; it stops at the first end
-- (3, 7, 9, 10) after which no work (2, 4) follows. Without any status it runs along the activities.
CREATE OR REPLACE TEMP TABLE clock_course AS
WITH course AS (
    SELECT
        dossier,
        bool_or(status IS NOT NULL) AS status_known,
        coalesce(bool_and(status = 1), false) AS only_submitted,
        coalesce(min(n) FILTER (status = 2), min(n) FILTER (status IS DISTINCT FROM 1)) AS accepted_n,
        coalesce(min(occurred_at) FILTER (status = 2), min(occurred_at) FILTER (status IS DISTINCT FROM 1)) AS accepted_at,
        least(min(occurred_at), min(started_at)) AS opened_at,
        min(n) FILTER (status IN (3, 7, 9, 10)) AS first_stop_n,
        coalesce(max(n) FILTER (status IN (2, 4)), 0) AS last_work_n,
        min(occurred_at) FILTER (status = 1) AS submitted_at,
        max(occurred_at) FILTER (completes) AS last_completed_at,
        min(occurred_at) FILTER (apology) AS apologised_at
    FROM ordered
    GROUP BY dossier
),

stop AS (
    SELECT
        dossier,
        min(n) AS stopped_n,
        arg_min(occurred_at, n) AS stopped_at,
        arg_min(status, n) AS stopped_by,
        min(occurred_at) FILTER (status = 10) AS returned_at
    FROM ordered JOIN course USING (dossier)
    WHERE status IN (3, 7, 9, 10) AND n > last_work_n
    GROUP BY dossier
)

SELECT
    dossier,
    status_known,
    only_submitted,
    accepted_n,
    CASE WHEN NOT status_known THEN opened_at WHEN NOT only_submitted THEN accepted_at END AS accepted_at,
    coalesce(first_stop_n < last_work_n, false) AS is_reopened,
    CASE WHEN status_known THEN stopped_n END AS stopped_n,
    submitted_at,
    CASE WHEN status_known THEN stopped_at ELSE last_completed_at END AS finished_at,
    CASE
        WHEN NOT status_known THEN if(last_completed_at IS NULL, 'open', 'finished')
        WHEN only_submitted THEN 'submitted'
        WHEN stopped_by = 3 THEN 'refused'
        WHEN stopped_by = 7 THEN 'withdrawn'
        WHEN stopped_by IN (9, 10) THEN 'finished'
        ELSE 'open'
    END AS finish_kind,
    returned_at,
    apologised_at
FROM course LEFT JOIN stop USING (dossier)
