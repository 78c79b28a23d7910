-- Number the names that new events bring.
INSERT INTO label
WITH fresh AS NOT MATERIALIZED (SELECT * FROM event WHERE event_no > $watermark),
said AS (
    SELECT DISTINCT activity AS name FROM fresh
    UNION SELECT DISTINCT step FROM fresh
    UNION SELECT DISTINCT procedure FROM fresh
    UNION SELECT DISTINCT case_variant FROM fresh
    UNION SELECT DISTINCT process_version FROM fresh
    UNION SELECT DISTINCT channel FROM fresh
    UNION SELECT DISTINCT unit FROM fresh
    UNION SELECT DISTINCT "role" FROM fresh
)
SELECT coalesce((SELECT max(code) FROM label), 0) + row_number() OVER (ORDER BY name) AS code, name
FROM said ANTI JOIN label USING (name)
WHERE name IS NOT NULL
