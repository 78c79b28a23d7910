-- Which sequence of activities stands behind each fingerprint? One dossier of each tells.
CREATE OR REPLACE TEMP TABLE fresh_path AS
WITH example AS (
    SELECT fingerprint, min(dossier) AS dossier
    FROM fresh_dossier
    WHERE steps > 0
    GROUP BY fingerprint
),
listed AS (
    SELECT example.fingerprint, list(label.name ORDER BY ordered.position) AS activities
    FROM example
    JOIN ordered USING (dossier)
    JOIN fresh_label AS label ON label.code = ordered.activity
    WHERE ordered.completes
    GROUP BY example.fingerprint
)
SELECT fingerprint, md5_number_lower(to_json(activities)::VARCHAR) AS path, activities
FROM listed
