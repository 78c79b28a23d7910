-- What came from a system of a slice: when first and last, and how much from the day of its end on, by unit?
SELECT
    coalesce(event.unit, cohort.unit) AS unit,
    count(*) FILTER (vietnam_day(occurred_at) >= $switch_off_day) AS events_after,
    count(DISTINCT event.dossier) FILTER (vietnam_day(occurred_at) >= $switch_off_day) AS dossiers_after,
    max(occurred_at) AS last_event_at
FROM event JOIN dossier USING (dossier) JOIN cohort USING (cohort)
WHERE coalesce(source_system, source) = $system
    AND occurred_at < $as_of
    AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY ALL
ORDER BY events_after DESC, unit NULLS LAST
