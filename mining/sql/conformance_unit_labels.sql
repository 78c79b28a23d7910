-- Which names of units in the dossiers at hand mean which unit of the catalogue?
WITH used AS MATERIALIZED (
    SELECT code, name
    FROM label
    WHERE code IN (
        SELECT unit FROM step WHERE event_no >= (SELECT min(first_event_no) FROM conformance_bound)
    )
)
SELECT used.code AS label, alias.code AS unit
FROM used JOIN catalogue_unit_alias AS alias ON alias.alias = catalogue_word(used.name)
ORDER BY label
