-- Which variants were never aligned, and what happens in them? One dossier of each tells.
WITH example AS (
    SELECT variant, any_value(shape) AS shape, any_value(complete) AS complete, min(dossier) AS dossier
    FROM conformance_fresh
    WHERE variant NOT IN (SELECT variant FROM conformance_variant)
    GROUP BY variant
)
SELECT
    variant,
    shape,
    complete,
    list(symbol ORDER BY place, symbol) AS symbols,
    list(place ORDER BY place, symbol) AS places
FROM example JOIN conformance_item USING (dossier)
GROUP BY ALL
ORDER BY shape, symbols, complete
