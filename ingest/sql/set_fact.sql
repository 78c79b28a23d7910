-- Remember a fact about the file.
INSERT OR REPLACE INTO store_fact VALUES ($name, $value)
