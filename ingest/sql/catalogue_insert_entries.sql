-- Appends the rows of `said` to the history, numbered on from $last_entry_no in their order.
INSERT INTO catalogue_entry
SELECT $last_entry_no + row_no, kind, key, content, source, warnings, $recorded_at
FROM said
ORDER BY row_no
