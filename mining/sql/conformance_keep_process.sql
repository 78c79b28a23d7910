-- Stage the processes at hand.
CREATE OR REPLACE TEMP TABLE conformance_process AS SELECT process, process_key, shape FROM given
