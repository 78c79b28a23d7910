-- Which units does the catalogue know, and to whom do they belong?
SELECT code, parent, successor FROM catalogue_unit
