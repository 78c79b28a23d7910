-- Keep the names that are new.
INSERT INTO label
FROM fresh_label ANTI JOIN label USING (code)
