-- Of which procedure is each cohort?
SELECT cohort, procedure
FROM cohort
ORDER BY cohort
