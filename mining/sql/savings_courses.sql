-- Which approved process applies from which day on, for every line that the catalogue names or that a dossier was of?
-- A line is a procedure, a case variant and a channel; process_key is NULL from the day on which none applies any more.
WITH said AS (
    SELECT procedure, case_variant, channel, true AS named FROM approved_process
    UNION ALL
    SELECT procedure, case_variant, channel, false AS named FROM cohort
),

sort AS (
    SELECT procedure, case_variant, channel, bool_or(named) AS named
    FROM said
    GROUP BY procedure, case_variant, channel
),

edge AS (
    SELECT procedure_national(procedure) AS national, unnest([effective_from, effective_to + 1]) AS since
    FROM approved_process
),

savings_intake AS (
    SELECT row_number() OVER (ORDER BY procedure, case_variant, channel, since) AS dossier, day.*, since AS intake_date
    FROM (
        SELECT DISTINCT sort.*, edge.since
        FROM sort JOIN edge ON edge.national = procedure_national(sort.procedure)
        WHERE edge.since IS NOT NULL
    ) AS day
),

applied AS (
    SELECT
        savings_intake.* EXCLUDE (intake_date),
        process_key,
        row_number() OVER line AS ordinal,
        lag(process_key) OVER line AS before
    FROM savings_intake LEFT JOIN bound_process('savings_intake') USING (dossier)
    WINDOW line AS (PARTITION BY procedure, case_variant, channel ORDER BY since)
)

SELECT procedure, case_variant, channel, named, since, process_key
FROM applied
WHERE process_key IS DISTINCT FROM before
ORDER BY procedure, case_variant, channel, since
