-- What is in force for the keys in `said`.
SELECT key, content FROM catalogue_in_force SEMI JOIN said USING (key)
