-- Which dossiers went from acceptance to finish within so many seconds, though so many different things were done?
-- Times at midnight are days without a time: they say nothing about seconds.
WITH swift AS (
    SELECT clock.dossier, clock.cohort, accepted_at, finished_at, first_event_no
    FROM clock
    WHERE finish_kind = 'finished'
        AND finished_at < $as_of
        AND finished_at >= accepted_at
        AND finished_at <= accepted_at + to_seconds($seconds)
        AND NOT (accepted_at = finished_at AND epoch_us(finished_at) % 86_400_000_000 IN (0, 61_200_000_000))
        AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

done AS (
    SELECT
        swift.dossier,
        count(DISTINCT activity) AS activities,
        arg_max(step.unit, position) AS unit,
        epoch(max(completed_at) - min(least(completed_at, started_at))) AS seconds
    FROM swift JOIN step ON step.dossier = swift.dossier AND step.event_no >= swift.first_event_no
    WHERE completed_at <= finished_at AND completed_at >= accepted_at
    GROUP BY swift.dossier
)

SELECT
    swift.dossier,
    cohort.procedure,
    coalesce(label.name, cohort.unit) AS unit,
    finished_at AS at,
    format('{} different steps', activities) AS reason,
    seconds AS measured
FROM swift JOIN done USING (dossier) JOIN cohort USING (cohort) LEFT JOIN label ON label.code = done.unit
WHERE activities >= $least_steps AND seconds <= $seconds
