-- Which accepted dossiers are to be compared, and when were they taken in?
CREATE OR REPLACE TEMP TABLE conformance_intake AS
SELECT
    dossier,
    cohort,
    opened_at,
    first_event_no,
    procedure,
    case_variant,
    channel,
    vietnam_day(accepted_at) AS intake_date,
    finish_kind = 'finished' AS finished
FROM clock JOIN cohort USING (cohort)
WHERE accepted_at IS NOT NULL
    AND (
        $everything
        OR (
            first_event_no >= (SELECT min(touched.first_event_no) FROM conformance_touched AS touched)
            AND dossier IN (SELECT dossier FROM conformance_touched)
        )
    )
