-- How many dossiers of some procedures were taken in, by day and channel, how many ended, and after how many requests?
-- A dossier whose intake was refused (status 3) was not taken in.
WITH own AS (
    SELECT cohort.cohort, asked.code, coalesce(channel_code(cohort.channel), '') AS channel
    FROM cohort
    JOIN (SELECT DISTINCT unnest($codes::VARCHAR[]) AS code) AS asked
        ON procedure_national(asked.code) = procedure_national(cohort.procedure)
        AND coalesce(procedure_owner(asked.code) = procedure_owner(cohort.procedure), true)
)

SELECT
    own.code,
    vietnam_day(accepted_at) AS intake_date,
    own.channel,
    count(*) AS dossiers,
    count(*) FILTER (finished_at < $as_of) AS ended,
    coalesce(sum(supplements) FILTER (finished_at < $as_of), 0)::BIGINT AS supplements
FROM clock
JOIN own USING (cohort)
WHERE accepted_at < $as_of AND NOT (finish_kind = 'refused' AND finished_at < $as_of)
GROUP BY ALL
ORDER BY ALL
