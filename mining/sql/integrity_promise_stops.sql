-- When did the clock of a dossier stand still between the saying of a due date and its passing? `late_promise` is what
-- the late promises were. A stop that goes on beyond the date counts until the next date was said.
SELECT
    late_promise.number,
    greatest(from_at, late_promise.previous_said_at) AS from_at,
    least(coalesce(to_at, late_promise.said_at), late_promise.said_at) AS to_at
FROM clock_span JOIN late_promise ON clock_span.dossier = late_promise.dossier::UUID
WHERE holder <> 'agency'
    AND from_at < late_promise.previous_due_at
    AND coalesce(to_at, late_promise.said_at) > late_promise.previous_said_at
ORDER BY late_promise.number, from_at
