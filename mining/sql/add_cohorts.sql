-- Keep the combinations of procedure, case variant, version, channel and unit that are new.
INSERT INTO cohort FROM fresh_cohort
