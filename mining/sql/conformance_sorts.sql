-- Which activities, with which step of the event, occur in the dossiers of each process?
CREATE OR REPLACE TEMP TABLE conformance_sort AS
SELECT DISTINCT process, process_key, activity, step
FROM step JOIN conformance_bound USING (dossier)
WHERE position IS NOT NULL AND event_no >= (SELECT min(first_event_no) FROM conformance_bound)
