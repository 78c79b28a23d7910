-- Which dossiers of procedures that are handled online only were taken in at a counter or by post?
WITH online_only AS (
    SELECT DISTINCT procedure_national(code) AS national, procedure_owner(code) AS owner
    FROM catalogue_procedure
    WHERE online_only
),

bound AS (
    SELECT DISTINCT cohort.cohort
    FROM cohort
    JOIN online_only ON procedure_national(cohort.procedure) = online_only.national
    WHERE coalesce(procedure_owner(cohort.procedure) = online_only.owner, true)
)

SELECT
    dossier,
    cohort.procedure,
    cohort.unit,
    CASE channel_code(channel) WHEN 'counter' THEN true WHEN 'postal' THEN true WHEN 'online' THEN false END AS broken,
    NULL::DOUBLE AS measured
FROM clock JOIN bound USING (cohort) JOIN cohort USING (cohort)
WHERE opened_at < least($as_of, $received_to)
    AND opened_at >= $received_from
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
