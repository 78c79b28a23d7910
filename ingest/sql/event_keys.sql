-- Which 64-bit key does each incoming event have? Stable across versions of the database.
SELECT md5_number_lower(concat(source, chr(31), id)) AS event_key FROM incoming
