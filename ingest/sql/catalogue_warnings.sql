-- What a person should look at in the entries whose keys are in `said`.
SELECT key, coalesce(process.warnings, entry.warnings) AS warnings
FROM catalogue_in_force AS entry
LEFT JOIN approved_process AS process ON process.process_key = entry.key
SEMI JOIN said USING (key)
WHERE len(coalesce(process.warnings, entry.warnings)) > 0
ORDER BY key
