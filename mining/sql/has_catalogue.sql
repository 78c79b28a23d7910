-- Does this store have a catalogue?
SELECT count(*) > 0 AS known
FROM duckdb_views()
WHERE view_name = 'catalogue_procedure'
