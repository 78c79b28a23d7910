-- Remembers the digests in `said` as those of used messages.
INSERT OR IGNORE INTO catalogue_message SELECT DISTINCT digest FROM said
