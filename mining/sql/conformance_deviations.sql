-- Which deviations do the dossiers of a slice have, by process and step, those of the most dossiers first?
-- Work that the process does not have is told by its activity, a wrong unit or role by its name.
WITH told AS (
    SELECT
        process_key,
        kind,
        ordinal,
        if(ordinal IS NULL, activity, NULL) AS activity,
        if(kind = 'wrong_unit', unit, NULL) AS unit,
        if(kind = 'wrong_role', "role", NULL) AS "role",
        count(DISTINCT dossier) AS dossiers,
        count(*) AS occurrences,
        sum(lost_us)::BIGINT AS lost_us,
        count(*) FILTER (measured = 'start') AS from_start,
        count(*) FILTER (measured = 'previous') AS from_previous,
        count(*) FILTER (measured IS NULL) AS unmeasured
    FROM deviation
    WHERE cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY ALL
)
SELECT
    told.process_key,
    process.procedure,
    process.version,
    kind,
    number,
    task,
    activities.name AS activity,
    units.name AS unit,
    roles.name AS "role",
    step.unit AS approved_unit,
    step."role" AS approved_role,
    step.hours AS approved_hours,
    told.* EXCLUDE (process_key, kind, ordinal, activity, unit, "role")
FROM told
LEFT JOIN approved_process AS process ON process.process_key = told.process_key
LEFT JOIN approved_step AS step ON step.process_key = told.process_key AND step.ordinal = told.ordinal
LEFT JOIN label AS activities ON activities.code = told.activity
LEFT JOIN label AS units ON units.code = told.unit
LEFT JOIN label AS roles ON roles.code = told."role"
ORDER BY dossiers DESC, occurrences DESC, told.process_key, kind, told.ordinal, activity, unit, "role"
LIMIT $most
