-- What happened in the dossier at hand, in order, and with which process is it compared?
SELECT shape, finished, list(symbol ORDER BY place, symbol) AS symbols, list(place ORDER BY place, symbol) AS places
FROM conformance_item JOIN conformance_bound USING (dossier)
GROUP BY ALL
