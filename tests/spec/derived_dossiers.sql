-- The derived dossiers by name; needs the macros of derived_steps.sql.
SELECT
    name_of(dossier.dossier), procedure, case_variant, process_version, channel, unit,
    minute_of(opened_at), minute_of(last_at), status, events, steps, open_steps, path.activities
FROM dossier JOIN cohort USING (cohort) LEFT JOIN path USING (path)
