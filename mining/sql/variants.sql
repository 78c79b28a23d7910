-- Which sequences of activities do the dossiers of a slice take, the most frequent first?
-- dossiers and variants are those of the whole slice, whatever the limit.
WITH taken AS (
    SELECT path, count(*) AS frequency
    FROM dossier
    WHERE path IS NOT NULL
        AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
    GROUP BY path
)
SELECT
    path.activities,
    taken.frequency,
    (sum(taken.frequency) OVER ())::BIGINT AS dossiers,
    count(*) OVER () AS variants
FROM taken JOIN path USING (path)
ORDER BY taken.frequency DESC, path.activities
LIMIT $most
