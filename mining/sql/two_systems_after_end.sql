-- Which dossiers of a slice had events of a system from the day of its end on, by the unit that sent them, and how many?
SELECT
    event.dossier::VARCHAR AS dossier,
    cohort.procedure,
    coalesce(event.unit, cohort.unit) AS unit,
    count(*) AS events,
    min(occurred_at) AS first_event_at,
    max(occurred_at) AS last_event_at
FROM event JOIN dossier USING (dossier) JOIN cohort USING (cohort)
WHERE coalesce(source_system, source) = $system
    AND vietnam_day(occurred_at) >= $switch_off_day
    AND occurred_at < $as_of
    AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY ALL
ORDER BY first_event_at, dossier, unit NULLS LAST
