-- Stage the processes as they were when everything was compared: nothing has changed since.
CREATE OR REPLACE TEMP TABLE conformance_process AS SELECT process, process_key, shape FROM conformance_usable
