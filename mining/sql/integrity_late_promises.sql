-- Which due dates were moved to later ones after they had passed? Waits before that are not yet taken into account.
-- number counts the answers, for integrity_promise_stops.
SELECT
    (row_number() OVER (ORDER BY promise.dossier, ordinal) - 1)::BIGINT AS number,
    promise.dossier,
    cohort.procedure,
    coalesce(promise.unit, cohort.unit) AS unit,
    cohort.unit AS own_unit,
    said_at,
    promise.kind,
    previous_due_at
FROM promise JOIN clock USING (dossier) JOIN cohort USING (cohort)
WHERE promise.kind IN ('changed', 'reset-due')
    AND said_at > previous_due_at
    AND due_at > previous_due_at
    AND said_at < $as_of
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY number
