-- What does the catalogue call each procedure of the log, and which is its field? Of the same owner before that of none.
WITH said AS (
    SELECT DISTINCT procedure FROM cohort
)
SELECT said.procedure, arg_max({'name': known.name, 'field': known.field}, known.owned) AS known
FROM said
JOIN (
    SELECT name, field, procedure_national(code) AS national, procedure_owner(code) AS owner, owner IS NOT NULL AS owned
    FROM catalogue_procedure
) AS known ON known.national = procedure_national(said.procedure)
WHERE coalesce(known.owner = procedure_owner(said.procedure), true)
GROUP BY said.procedure
