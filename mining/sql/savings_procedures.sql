-- Which procedures does the catalogue know, by themselves or by an approved process?
SELECT code AS procedure, field FROM catalogue_procedure
UNION ALL
SELECT DISTINCT procedure, NULL AS field
FROM approved_process
WHERE procedure NOT IN (SELECT code FROM catalogue_procedure)
ORDER BY procedure
