-- Number the combinations of procedure, case variant, version, channel and unit that are new.
CREATE OR REPLACE TEMP TABLE fresh_cohort AS
WITH said AS (
    SELECT DISTINCT procedure, case_variant, process_version, channel, unit FROM summed_dossier
)
SELECT
    (
        coalesce((SELECT max(cohort) FROM cohort), 0)
        + row_number() OVER (ORDER BY procedure, case_variant, process_version, channel, unit)
    )::INTEGER AS cohort,
    said.*
FROM said
ANTI JOIN cohort
    ON said.procedure = cohort.procedure
    AND said.case_variant IS NOT DISTINCT FROM cohort.case_variant
    AND said.process_version IS NOT DISTINCT FROM cohort.process_version
    AND said.channel IS NOT DISTINCT FROM cohort.channel
    AND said.unit IS NOT DISTINCT FROM cohort.unit
