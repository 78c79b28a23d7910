-- Stage what activities stand for.
CREATE OR REPLACE TEMP TABLE conformance_symbol AS SELECT process, activity, step, symbol, matched_by FROM given
