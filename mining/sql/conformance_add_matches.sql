-- Keep what activities were taken for, where that is new.
INSERT INTO conformance_match
SELECT process_key, activity, step, symbol, matched_by
FROM conformance_symbol JOIN conformance_process USING (process)
EXCEPT
SELECT process_key, activity, step, symbol, matched_by FROM conformance_match
