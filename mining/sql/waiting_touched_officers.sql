-- Whose queues may change by the events above a number? Those of all officers of their dossiers, as they are derived.
SELECT DISTINCT officer
FROM step
WHERE officer IS NOT NULL
    AND dossier IN (SELECT dossier FROM event WHERE event_no > $watermark)
ORDER BY officer
