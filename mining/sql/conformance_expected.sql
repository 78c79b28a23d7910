-- What was approved for each step of the processes at hand: time, unit, role? Units and roles as they are compared;
-- a unit that the catalogue does not know is not judged.
CREATE OR REPLACE TEMP TABLE conformance_expected AS
SELECT
    process,
    ordinal,
    round(hours * 3600000000)::BIGINT AS approved_us,
    if(unit IN (SELECT code FROM catalogue_unit), unit, NULL) AS unit,
    catalogue_word("role") AS role_word
FROM approved_step JOIN conformance_process USING (process_key)
