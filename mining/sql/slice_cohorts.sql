-- Which cohorts belong to a slice? What the slice leaves open is NULL.
SELECT cohort
FROM cohort
WHERE ($procedure IS NULL OR procedure = $procedure)
    AND ($case_variant IS NULL OR case_variant = $case_variant)
    AND ($process_version IS NULL OR process_version = $process_version)
    AND ($channel IS NULL OR channel = $channel)
    AND ($unit IS NULL OR unit = $unit)
ORDER BY cohort
