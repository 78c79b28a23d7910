-- To which dossiers of a slice do the late events belong? `late_event` has their numbers and how many hours they took.
SELECT
    event.dossier,
    cohort.procedure,
    coalesce(event.unit, cohort.unit) AS unit,
    event.occurred_at AS at,
    coalesce(event.activity, event.lifecycle) AS reason,
    late_event.hours AS measured
FROM event
JOIN late_event USING (event_no)
JOIN dossier USING (dossier)
JOIN cohort USING (cohort)
WHERE event.occurred_at < $as_of
    AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
