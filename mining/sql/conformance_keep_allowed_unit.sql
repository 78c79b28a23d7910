-- Stage by which names of the log the step of an approved unit may be done.
CREATE OR REPLACE TEMP TABLE conformance_allowed_unit AS SELECT unit, approved FROM given
