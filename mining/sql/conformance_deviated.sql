-- Which deviations do the dossiers at hand have, and what do they stand for in working time?
CREATE OR REPLACE TEMP TABLE conformance_deviated AS
WITH timed AS (
    SELECT candidate.*, coalesce(worked_us, 0) AS worked_us, coalesce(approved_us, 0) AS approved_us
    FROM conformance_candidate AS candidate
    LEFT JOIN conformance_worked AS worked ON worked.n = candidate.rowid
    LEFT JOIN conformance_expected AS expected
        ON expected.process = candidate.process AND expected.ordinal = candidate.ordinal
),

counted AS (
    SELECT
        dossier, kind, ordinal, position, activity, unit, "role", measured,
        if(kind = 'skipped', approved_us, worked_us) AS lost_us
    FROM timed
    WHERE kind <> 'over_time'
    UNION ALL
    SELECT
        dossier, kind, ordinal, max(position), arg_max(activity, position), arg_max(unit, position),
        arg_max("role", position), min(measured), sum(worked_us)::BIGINT - approved_us
    FROM timed
    WHERE kind = 'over_time'
    GROUP BY dossier, kind, ordinal, approved_us
    HAVING sum(worked_us) > approved_us
)

SELECT
    dossier, cohort, opened_at, process_key, kind, ordinal, position, activity, unit, "role", lost_us, measured,
    first_event_no
FROM counted JOIN conformance_fresh AS fresh USING (dossier)
