-- Append the rejected events of a batch, numbered in order of arrival.
INSERT INTO rejected BY NAME
SELECT $last_reject_no + row_no AS reject_no, * EXCLUDE (row_no), $received_at AS received_at FROM refused
