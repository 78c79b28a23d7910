-- Keep the sequences of activities that are new.
INSERT INTO path
SELECT path, activities, len(activities)::INTEGER AS length
FROM fresh_path ANTI JOIN path USING (path)
ORDER BY path
