-- Which procedures does the catalogue know, of a field where one is given, after one in the order of their codes?
SELECT
    known.code,
    known.name,
    known.field,
    known.owner,
    known.online_only,
    count(process.process_key) AS processes,
    known.warnings
FROM catalogue_procedure AS known
LEFT JOIN approved_process AS process ON process.procedure = known.code
WHERE known.code > $after AND ($chosen IS NULL OR known.field = $chosen)
GROUP BY ALL
ORDER BY known.code
LIMIT $most
