-- Keep the promised dates of the dossiers of this pass.
INSERT INTO promise SELECT * FROM fresh_promise
