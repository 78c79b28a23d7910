-- Stage how long candidates were worked on, by the calendar of their unit.
CREATE OR REPLACE TEMP TABLE conformance_worked AS SELECT n, unit, worked_us FROM given
