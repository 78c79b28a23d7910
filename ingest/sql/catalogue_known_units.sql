-- Everything that a unit in force may be called, as catalogue_word makes it.
SELECT DISTINCT catalogue_word(unnest([code, name] || former_codes)) FROM catalogue_unit
