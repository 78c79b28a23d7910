-- Which dossiers of a procedure were taken in from one day to another, by which channel, and how did they end?
SELECT
    clock.dossier::VARCHAR AS dossier,
    cohort.procedure,
    coalesce(channel_code(cohort.channel), '') AS channel,
    cohort.unit,
    accepted_at,
    CASE WHEN finished_at < $as_of THEN finished_at END AS finished_at,
    CASE WHEN finished_at < $as_of THEN finish_kind ELSE 'open' END AS finish_kind,
    supplements
FROM clock
JOIN cohort ON cohort.cohort = clock.cohort
WHERE accepted_at < $as_of
    AND NOT (finish_kind = 'refused' AND finished_at < $as_of)
    AND vietnam_day(accepted_at) BETWEEN $first_day AND $last_day
    AND procedure_national(cohort.procedure) = procedure_national($procedure)
    AND coalesce(procedure_owner(cohort.procedure) = procedure_owner($procedure), true)
ORDER BY accepted_at, clock.dossier
