-- Keep the processes that can be compared with.
INSERT INTO conformance_usable SELECT process, process_key, shape FROM conformance_process
