-- In which systems is each dossier of a slice? Both are the same where it is in one only.
CREATE OR REPLACE TEMP TABLE system_dossier AS
SELECT
    event.dossier,
    any_value(dossier.cohort) AS cohort,
    any_value(dossier.steps) AS steps,
    min(coalesce(source_system, source)) AS first_system,
    max(coalesce(source_system, source)) AS last_system
FROM event JOIN dossier ON dossier.dossier = event.dossier
WHERE occurred_at < $as_of
    AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
GROUP BY event.dossier
