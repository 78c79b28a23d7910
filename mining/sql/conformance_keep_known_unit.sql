-- Stage the names of the log that are units of the catalogue.
CREATE OR REPLACE TEMP TABLE conformance_known_unit AS SELECT DISTINCT unit FROM given
