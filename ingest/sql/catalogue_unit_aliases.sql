-- Which unit each name means.
SELECT alias, code FROM catalogue_unit_alias
