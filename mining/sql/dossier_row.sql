-- What is known of one dossier?
SELECT
    cohort.procedure,
    cohort.case_variant,
    cohort.process_version,
    cohort.channel,
    cohort.unit,
    dossier.opened_at,
    dossier.last_at,
    dossier.status,
    dossier.events,
    dossier.first_event_no
FROM dossier JOIN cohort USING (cohort)
WHERE dossier.dossier = $dossier
