-- What is known of the procedures of these cohorts?
WITH taken AS (
    SELECT
        cohort.procedure,
        dossier.path,
        count(*) AS dossiers,
        sum(dossier.events)::BIGINT AS events,
        count(*) FILTER (dossier.open_steps > 0) AS open_dossiers,
        min(dossier.opened_at) AS first_at,
        max(dossier.last_at) AS last_at
    FROM dossier JOIN cohort USING (cohort)
    WHERE dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    GROUP BY cohort.procedure, dossier.path
),
walked AS (
    SELECT taken.procedure, count(DISTINCT activity) AS activities
    FROM taken JOIN path USING (path), unnest(path.activities) AS of_path(activity)
    GROUP BY taken.procedure
)
SELECT
    taken.procedure AS code,
    sum(taken.dossiers)::BIGINT AS dossiers,
    sum(taken.open_dossiers)::BIGINT AS open_dossiers,
    sum(taken.events)::BIGINT AS events,
    coalesce(any_value(walked.activities), 0) AS activities,
    count(taken.path) AS variants,
    min(taken.first_at) AS first_at,
    max(taken.last_at) AS last_at
FROM taken LEFT JOIN walked USING (procedure)
GROUP BY taken.procedure
ORDER BY dossiers DESC, code
