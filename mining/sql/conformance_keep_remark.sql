-- Stage what is odd about approved processes.
CREATE OR REPLACE TEMP TABLE conformance_odd AS SELECT DISTINCT process_key, remark, unusable FROM given
