-- To which cohort does each dossier of this pass belong?
CREATE OR REPLACE TEMP TABLE fresh_dossier AS
SELECT cohort.cohort, summed.*
FROM summed_dossier AS summed
JOIN (FROM cohort UNION ALL FROM fresh_cohort) AS cohort
    ON summed.procedure = cohort.procedure
    AND summed.case_variant IS NOT DISTINCT FROM cohort.case_variant
    AND summed.process_version IS NOT DISTINCT FROM cohort.process_version
    AND summed.channel IS NOT DISTINCT FROM cohort.channel
    AND summed.unit IS NOT DISTINCT FROM cohort.unit
