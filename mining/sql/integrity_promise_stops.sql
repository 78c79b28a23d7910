-- When did the clock of a dossier stand still before a due date passed? `late_promise` is what the late promises were.
SELECT late_promise.number, from_at, least(coalesce(to_at, late_promise.said_at), late_promise.said_at) AS to_at
FROM clock_span JOIN late_promise ON clock_span.dossier = late_promise.dossier::UUID
WHERE holder <> 'agency' AND from_at < late_promise.previous_due_at
ORDER BY late_promise.number, from_at
