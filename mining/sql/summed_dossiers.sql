-- What is known of each dossier? The first of its events that names a procedure, a channel, ... decides.
-- fingerprint tells sequences of activities apart within one pass, at a fraction of the cost of listing them.
CREATE OR REPLACE TEMP TABLE summed_dossier AS
WITH summed AS (
    SELECT
        dossier,
        arg_min(procedure, n) AS procedure,
        arg_min(case_variant, n) AS case_variant,
        arg_min(process_version, n) AS process_version,
        arg_min(channel, n) AS channel,
        arg_min(unit, n) AS unit,
        least(min(occurred_at), min(started_at)) AS opened_at,
        max(occurred_at) AS last_at,
        arg_max(status, n) AS status,
        count(*)::INTEGER AS events,
        count(position)::INTEGER AS steps,
        min(event_no) AS first_event_no,
        sum(hash(hash(activity, position))) FILTER (completes) AS fingerprint
    FROM ordered
    GROUP BY dossier
)
SELECT
    summed.* REPLACE (
        coalesce(procedures.name, 'unknown') AS procedure,
        case_variants.name AS case_variant,
        process_versions.name AS process_version,
        channels.name AS channel,
        units.name AS unit
    )
FROM summed
LEFT JOIN fresh_label AS procedures ON procedures.code = summed.procedure
LEFT JOIN fresh_label AS case_variants ON case_variants.code = summed.case_variant
LEFT JOIN fresh_label AS process_versions ON process_versions.code = summed.process_version
LEFT JOIN fresh_label AS channels ON channels.code = summed.channel
LEFT JOIN fresh_label AS units ON units.code = summed.unit
