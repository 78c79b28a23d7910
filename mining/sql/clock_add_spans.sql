-- Keep the stretches of the clocks of the dossiers of this pass.
INSERT INTO clock_span SELECT * FROM fresh_span
