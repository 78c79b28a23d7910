-- On how many dossiers of a slice did each unit work, or which are its own?
SELECT unit, count(DISTINCT dossier) AS dossiers
FROM (
    SELECT dossier, label.name AS unit
    FROM (
        SELECT DISTINCT dossier, unit
        FROM step
        WHERE unit IS NOT NULL
            AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
            AND opened_at >= $received_from
            AND opened_at < $received_to
    ) AS worked JOIN label ON label.code = worked.unit
    UNION ALL
    SELECT dossier, cohort.unit
    FROM dossier JOIN cohort USING (cohort)
    WHERE dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
)
GROUP BY unit
ORDER BY unit NULLS LAST
