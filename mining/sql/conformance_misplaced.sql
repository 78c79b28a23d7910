-- Which steps were done by another unit or role than the approved one? Only names that the catalogue knows are judged.
INSERT INTO conformance_candidate
WITH placed AS (
    SELECT
        work.*,
        expected_unit IS NOT NULL AND known_unit.unit IS NOT NULL AND allowed.unit IS NULL AS wrong_unit,
        coalesce(expected_role <> known_role.role_word, false) AS wrong_role
    FROM conformance_work AS work
    LEFT JOIN conformance_known_unit AS known_unit ON known_unit.unit = work.unit
    LEFT JOIN conformance_allowed_unit AS allowed ON allowed.unit = work.unit AND allowed.approved = expected_unit
    LEFT JOIN conformance_known_role AS known_role ON known_role."role" = work."role"
)
SELECT
    dossier,
    process,
    unnest(if(wrong_unit, ['wrong_unit'], []) || if(wrong_role, ['wrong_role'], [])) AS kind,
    symbol AS ordinal,
    position,
    activity,
    unit,
    "role",
    from_at,
    to_at,
    if(from_at IS NULL, NULL, measured) AS measured
FROM placed
WHERE wrong_unit OR wrong_role
