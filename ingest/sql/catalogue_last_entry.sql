-- The number of the newest row of the catalogue's history; 0 where there is none.
SELECT coalesce(max(entry_no), 0) FROM catalogue_entry
