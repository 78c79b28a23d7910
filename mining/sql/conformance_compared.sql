-- How does each dossier at hand compare with its process?
CREATE OR REPLACE TEMP TABLE conformance_compared AS
SELECT
    fresh.dossier, cohort, opened_at, process_key, variant, cost, worst_cost, exact,
    coalesce(deviations, 0)::INTEGER AS deviations,
    first_event_no
FROM conformance_fresh AS fresh
JOIN conformance_variant USING (variant)
LEFT JOIN (
    SELECT dossier, count(*) AS deviations FROM conformance_deviated GROUP BY dossier
) AS counted USING (dossier)
