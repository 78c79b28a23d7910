-- Remove the derived tables: another version made them.
DROP TABLE label;
DROP TABLE cohort;
DROP TABLE path;
DROP TABLE dossier;
DROP TABLE step;
DROP TABLE clock;
DROP TABLE clock_span;
DROP TABLE promise;
DROP TABLE mined
