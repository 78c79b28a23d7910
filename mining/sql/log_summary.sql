-- What does the whole log hold?
SELECT
    count(*) AS dossiers,
    coalesce(sum(events), 0)::BIGINT AS events,
    (SELECT count(DISTINCT activity) FROM (SELECT unnest(activities) AS activity FROM path)) AS activities,
    (SELECT count(*) FROM path) AS variants,
    min(opened_at) AS first_at,
    max(last_at) AS last_at,
    (SELECT count(*) FROM step WHERE start_dropped) AS dropped_starts
FROM dossier
