-- Which steps took longer by the wall clock than was approved, all that was done on them in a dossier together?
-- Only these can have taken more working time.
INSERT INTO conformance_candidate
SELECT
    dossier,
    process,
    'over_time' AS kind,
    symbol AS ordinal,
    position,
    activity,
    unit,
    "role",
    from_at,
    to_at,
    measured
FROM conformance_work
SEMI JOIN (
    SELECT dossier, symbol
    FROM conformance_work
    WHERE approved_us > 0
    GROUP BY dossier, symbol, approved_us
    HAVING sum(epoch_us(to_at) - epoch_us(from_at)) > approved_us
) AS long USING (dossier, symbol)
WHERE from_at IS NOT NULL
