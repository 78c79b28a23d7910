-- When did the clock stand still while the work of a candidate went on, and on the calendar of which unit?
SELECT
    worked.n,
    worked.unit,
    greatest(candidate.from_at, span.from_at) AS from_at,
    least(candidate.to_at, span.to_at) AS to_at
FROM conformance_candidate AS candidate
JOIN conformance_worked AS worked ON worked.n = candidate.rowid
JOIN clock_span AS span
    ON span.dossier = candidate.dossier
    AND span.from_at < candidate.to_at
    AND coalesce(span.to_at > candidate.from_at, true)
WHERE holder <> 'agency'
