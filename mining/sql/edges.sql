-- How often does one activity directly follow another, and how long after it (elapsed seconds)?
-- Where it is asked by procedure, procedure says of which; else it is NULL, for the whole slice.
-- The sum is exact before it is divided, so that the order of the events has no say in the last digit.
WITH followed AS (
    SELECT
        CASE WHEN $by_procedure THEN cohort.procedure END AS procedure,
        previous_activity,
        activity,
        count(*) AS frequency,
        sum(epoch_us(completed_at) - epoch_us(previous_completed_at)) / count(*) / 1e6 AS mean,
        quantile_cont(epoch_us(completed_at) - epoch_us(previous_completed_at), [0.5, 0.9]) AS quantiles
    FROM step JOIN cohort USING (cohort)
    WHERE position > 1
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY ALL
)
SELECT
    followed.procedure,
    sources.name AS source,
    targets.name AS target,
    followed.frequency,
    followed.mean,
    followed.quantiles[1] / 1e6 AS median,
    followed.quantiles[2] / 1e6 AS p90
FROM followed
JOIN label AS sources ON sources.code = followed.previous_activity
JOIN label AS targets ON targets.code = followed.activity
ORDER BY followed.procedure, frequency DESC, source, target
