-- How many completions were typed a second time?
SELECT count(*) AS copies
FROM waiting_copy
