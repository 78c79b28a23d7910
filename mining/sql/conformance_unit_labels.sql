-- Which names of units in the dossiers at hand mean which unit of the catalogue?
SELECT label.code AS label, alias.code AS unit
FROM label JOIN catalogue_unit_alias AS alias ON alias.alias = catalogue_word(label.name)
WHERE label.code IN (
    SELECT unit FROM step WHERE event_no >= (SELECT min(first_event_no) FROM conformance_bound)
)
