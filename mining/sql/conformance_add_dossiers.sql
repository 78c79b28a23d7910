-- Keep how each dossier at hand compares.
INSERT INTO conformity BY NAME FROM conformance_compared
