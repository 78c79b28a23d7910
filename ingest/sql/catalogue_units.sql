-- Which calendar each unit names, and which unit stands above it.
SELECT unit.code, unit.calendar, coalesce(parent.code, unit.parent)
FROM catalogue_unit AS unit
LEFT JOIN catalogue_unit_alias AS parent ON parent.alias = catalogue_word(unit.parent)
