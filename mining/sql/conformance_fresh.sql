-- Which variant does each dossier take? One that goes on, or ended by refusal or withdrawal, is not complete.
CREATE OR REPLACE TEMP TABLE conformance_fresh AS
WITH course AS (
    SELECT
        dossier,
        sum(hash(place, symbol)) AS fingerprint
    FROM conformance_item
    GROUP BY dossier
    HAVING bool_or(place % 2 = 0)
)
SELECT
    bound.*,
    finished AS complete,
    hash(shape, finished, fingerprint) AS variant
FROM course JOIN conformance_bound AS bound USING (dossier)
