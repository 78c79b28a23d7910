-- Forget which completions were typed a second time.
DROP TABLE IF EXISTS waiting_copy
