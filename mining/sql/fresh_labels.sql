-- Which number stands for which name, once the names that new events bring have theirs?
CREATE OR REPLACE TEMP TABLE fresh_label AS
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
FROM label
UNION ALL
SELECT (coalesce((SELECT max(code) FROM label), 0) + row_number() OVER (ORDER BY name))::INTEGER AS code, name
FROM said ANTI JOIN label USING (name)
WHERE name IS NOT NULL
