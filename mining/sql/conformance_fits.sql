-- How well do the dossiers of a slice fit their approved processes, by procedure and unit?
SELECT
    cohort.procedure,
    cohort.unit,
    count(*) AS dossiers,
    count(*) FILTER (deviations = 0) AS conforming,
    count(*) FILTER (cost = 0) AS fitting,
    sum(cost)::BIGINT AS cost,
    sum(worst_cost)::BIGINT AS worst_cost,
    count(*) FILTER (NOT exact) AS inexact
FROM conformity JOIN cohort USING (cohort)
WHERE conformity.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY cohort.procedure, cohort.unit
ORDER BY cohort.procedure, cohort.unit NULLS FIRST
