-- Of which procedure, case variant, version, channel and unit is each cohort?
SELECT cohort, procedure, case_variant, process_version, channel, unit
FROM cohort
ORDER BY cohort
