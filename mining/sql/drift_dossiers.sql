-- Which dossiers of a slice were finished, along which path, of what kind (channel and case variant), and when were they
-- accepted? Of those that were typed into two systems the path has every copy too.
WITH handled AS (
    SELECT
        clock.dossier,
        cohort.procedure,
        cohort.unit,
        cohort.channel,
        cohort.case_variant,
        dossier.path,
        accepted_at,
        finished_at,
        clock.first_event_no
    FROM clock JOIN dossier USING (dossier) JOIN cohort ON cohort.cohort = clock.cohort
    WHERE finish_kind = 'finished'
        AND dossier.path IS NOT NULL
        AND finished_at < $as_of
        AND finished_at >= accepted_at
        AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND clock.opened_at >= $received_from
        AND clock.opened_at < $received_to
),

mixed AS (
    SELECT dossier
    FROM event
    WHERE event_no >= (SELECT min(first_event_no) FROM handled)
    GROUP BY dossier
    HAVING min(coalesce(source_system, source)) <> max(coalesce(source_system, source))
),

typed_twice AS (
    SELECT DISTINCT dossier
    FROM (
        SELECT dossier
        FROM event SEMI JOIN mixed USING (dossier)
        WHERE lifecycle = 'complete' AND activity IS NOT NULL
        GROUP BY dossier, activity
        HAVING min(coalesce(source_system, source)) <> max(coalesce(source_system, source))
    )
)

SELECT
    handled.dossier,
    procedure,
    unit,
    concat_ws(' ', channel, case_variant) AS kind,
    typed_twice.dossier IS NOT NULL AS typed_twice,
    path::VARCHAR AS path,
    accepted_at,
    finished_at
FROM handled LEFT JOIN typed_twice ON typed_twice.dossier = handled.dossier
ORDER BY procedure, accepted_at, handled.dossier
