-- Which accepted (or finished) dossiers of a slice say that something was done digitally, and which that it was not?
WITH told AS (
    SELECT
        dossier,
        CASE $flag
            WHEN 'digitised_input' THEN digitised_input
            WHEN 'e_signed' THEN e_signed
            WHEN 'e_result' THEN e_result
        END AS flag
    FROM event
    WHERE digitised_input IS NOT NULL OR e_signed IS NOT NULL OR e_result IS NOT NULL
),

said AS (
    SELECT dossier, bool_or(flag) AS flag
    FROM told
    WHERE flag IS NOT NULL
    GROUP BY dossier
)

SELECT
    clock.dossier,
    cohort.procedure,
    cohort.unit,
    coalesce(NOT said.flag, CASE WHEN $silence_is_no THEN true END) AS broken,
    NULL::DOUBLE AS measured
FROM clock JOIN cohort USING (cohort) LEFT JOIN said ON said.dossier = clock.dossier
WHERE CASE
        WHEN $of_result THEN finish_kind = 'finished' AND finished_at < $as_of
        ELSE accepted_at < $as_of AND finish_kind <> 'refused'
    END
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
