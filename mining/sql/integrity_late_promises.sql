-- Which due dates were moved to later ones when they had come or passed? Waits before that are not yet taken into account.
-- number counts the answers, for integrity_promise_stops; previous_said_at is when the passed date was said.
WITH told AS (
    SELECT
        promise.*,
        lag(said_at) OVER (PARTITION BY promise.dossier ORDER BY ordinal) AS previous_said_at
    FROM promise
    WHERE promise.kind <> 'reset-finish'
)

SELECT
    (row_number() OVER (ORDER BY told.dossier, ordinal) - 1)::BIGINT AS number,
    told.dossier,
    cohort.procedure,
    coalesce(told.unit, cohort.unit) AS unit,
    cohort.unit AS own_unit,
    said_at,
    previous_said_at,
    told.kind,
    previous_due_at
FROM told JOIN clock USING (dossier) JOIN cohort USING (cohort)
WHERE told.kind IN ('changed', 'reset-due')
    AND said_at >= previous_due_at
    AND due_at > previous_due_at
    AND said_at < $as_of
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY number
