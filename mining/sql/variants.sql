-- Which sequences of activities do the dossiers of a slice take, the most frequent first?
-- dossiers and variants are those of the whole slice, whatever the limit.
-- Where it is asked by procedure, procedure says of which; else it is NULL, for the whole slice.
WITH taken AS (
    SELECT CASE WHEN $by_procedure THEN cohort.procedure END AS procedure, path, count(*) AS frequency
    FROM dossier JOIN cohort USING (cohort)
    WHERE path IS NOT NULL
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY ALL
)
SELECT
    taken.procedure,
    path.activities,
    taken.frequency,
    (sum(taken.frequency) OVER (PARTITION BY taken.procedure))::BIGINT AS dossiers,
    count(*) OVER (PARTITION BY taken.procedure) AS variants
FROM taken JOIN path USING (path)
ORDER BY taken.procedure, taken.frequency DESC, path.activities
LIMIT $most
