-- Stage what activities stand for, as it was decided before or just now; `sort` is all that a join needs, so that no plan
-- pairs activities of other processes.
CREATE OR REPLACE TEMP TABLE conformance_symbol AS
WITH told AS (
    SELECT process, activity, step, symbol, matched_by FROM given
    UNION ALL
    SELECT process, known.activity, known.step, symbol, matched_by
    FROM conformance_sort AS sort
    JOIN conformance_match AS known
        ON known.process_key = sort.process_key
        AND known.activity = sort.activity
        AND known.step IS NOT DISTINCT FROM sort.step
    WHERE NOT $everything
)
SELECT *, hash(process, activity, step) AS sort FROM told
