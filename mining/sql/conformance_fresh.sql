-- Which variant does each dossier take? A dossier that ended by refusal or withdrawal (-3), or goes on, is not complete.
CREATE OR REPLACE TEMP TABLE conformance_fresh AS
WITH course AS (
    SELECT
        dossier,
        sum(hash(place, symbol)) AS fingerprint,
        bool_or(symbol = -3) AS ended
    FROM conformance_item
    GROUP BY dossier
    HAVING bool_or(place % 2 = 0)
)
SELECT
    bound.*,
    finished AND NOT ended AS complete,
    hash(shape, finished AND NOT ended, fingerprint) AS variant
FROM course JOIN conformance_bound AS bound USING (dossier)
