-- From when to when is working time to be counted, and on the calendar of which unit?
SELECT candidate.rowid AS n, label.name AS unit, from_at, to_at
FROM conformance_candidate AS candidate LEFT JOIN label ON label.code = candidate.unit
WHERE from_at IS NOT NULL
ORDER BY candidate.rowid
