-- Remove what only the derivation in hand needed.
DROP VIEW IF EXISTS fresh;
DROP TABLE IF EXISTS temp.fresh_label;
DROP TABLE IF EXISTS temp.ordered;
DROP TABLE IF EXISTS temp.paired;
DROP TABLE IF EXISTS temp.summed_dossier;
DROP TABLE IF EXISTS temp.fresh_cohort;
DROP TABLE IF EXISTS temp.fresh_dossier;
DROP TABLE IF EXISTS temp.fresh_path;
DROP TABLE IF EXISTS temp.clock_course;
DROP TABLE IF EXISTS temp.fresh_span;
DROP TABLE IF EXISTS temp.fresh_promise;
DROP TABLE IF EXISTS temp.touched
