-- Keep the deviations of the dossiers at hand.
INSERT INTO deviation BY NAME FROM conformance_deviated
