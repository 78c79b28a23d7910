-- Stage which steps had an outcome that matters to the order of the steps: the dossier was returned, or refused.
CREATE OR REPLACE TEMP TABLE conformance_outcome AS
SELECT event_no, symbol
FROM event JOIN given USING (outcome)
WHERE event_no >= (SELECT min(first_event_no) FROM conformance_bound)
