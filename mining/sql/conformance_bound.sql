-- Which of the processes that can be compared with applies to each dossier?
CREATE OR REPLACE TEMP TABLE conformance_bound AS
SELECT dossier, cohort, opened_at, first_event_no, finished, process.process, process_key, shape
FROM conformance_intake
JOIN bound_process('conformance_intake') USING (dossier)
JOIN conformance_process AS process USING (process_key)
