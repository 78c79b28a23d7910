-- To which procedures did the touched dossiers belong before?
SELECT DISTINCT procedure
FROM cohort
WHERE cohort IN (SELECT old_cohort FROM touched)
