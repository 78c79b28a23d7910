-- Which names of the log mean which unit of the catalogue?
SELECT label.code AS label, alias.code AS unit
FROM label JOIN catalogue_unit_alias AS alias ON alias.alias = catalogue_word(label.name)
