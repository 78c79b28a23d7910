-- How many events did each unit send of a slice, of how many dossiers?
SELECT
    coalesce(event.unit, cohort.unit) AS unit,
    count(*) AS events,
    count(DISTINCT event.dossier) AS dossiers
FROM event JOIN dossier USING (dossier) JOIN cohort USING (cohort)
WHERE occurred_at < $as_of
    AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY ALL
ORDER BY unit NULLS LAST
