-- In which dossiers did one officer both appraise and approve? Only those in which both was done are judged.
WITH done AS (
    SELECT
        dossier,
        officer,
        activity IN (SELECT unnest($approving::INTEGER[]))
        OR coalesce("role" IN (SELECT unnest($approving_roles::INTEGER[])), false) AS approves,
        activity IN (SELECT unnest($appraising::INTEGER[]))
        OR coalesce("role" IN (SELECT unnest($appraising_roles::INTEGER[])), false) AS appraises
    FROM step
    WHERE completed_at < $as_of
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

by_officer AS (
    SELECT dossier, officer, bool_or(approves) AS approves, bool_or(appraises AND NOT approves) AS appraises
    FROM done
    WHERE approves OR appraises
    GROUP BY dossier, officer
),

judged AS (
    SELECT
        dossier,
        coalesce(
            bool_or(approves AND appraises) FILTER (officer IS NOT NULL),
            false
        ) AS same,
        bool_or(officer IS NULL) AS unsaid
    FROM by_officer
    GROUP BY dossier
    HAVING bool_or(approves) AND bool_or(appraises)
)

SELECT
    dossier,
    cohort.procedure,
    cohort.unit,
    CASE WHEN same THEN true WHEN NOT unsaid THEN false END AS broken,
    NULL::DOUBLE AS measured
FROM judged JOIN clock USING (dossier) JOIN cohort USING (cohort)
