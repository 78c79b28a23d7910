-- What was said of the catalogue, the latest first: what is in force, or all of its history?
SELECT entry_no, kind, key, content, source, warnings, recorded_at
FROM catalogue_entry
WHERE entry_no < $before
    AND ($kind IS NULL OR kind = $kind)
    AND ($key IS NULL OR key = $key)
    AND ($history OR entry_no IN (SELECT entry_no FROM catalogue_in_force))
ORDER BY entry_no DESC
LIMIT $most
