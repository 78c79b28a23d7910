-- With which process was one dossier compared? It alone is at hand then.
CREATE OR REPLACE TEMP TABLE conformance_bound AS
SELECT
    conformity.dossier,
    conformity.cohort,
    conformity.opened_at,
    conformity.first_event_no,
    finish_kind = 'finished' AS finished,
    process.process,
    process_key,
    shape
FROM conformity
JOIN conformance_process AS process USING (process_key)
JOIN clock ON clock.dossier = conformity.dossier AND clock.first_event_no = conformity.first_event_no
WHERE conformity.dossier = $dossier AND process_key = $process_key
