-- Keep what is odd about approved processes, where that is new.
INSERT INTO conformance_remark
SELECT process_key, remark, unusable FROM conformance_odd
EXCEPT
SELECT process_key, remark, unusable FROM conformance_remark
