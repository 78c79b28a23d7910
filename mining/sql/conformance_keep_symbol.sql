-- Stage what activities stand for; `sort` is all that a join needs, so that no plan pairs activities of other processes.
CREATE OR REPLACE TEMP TABLE conformance_symbol AS
SELECT process, activity, step, symbol, matched_by, hash(process, activity, step) AS sort FROM given
