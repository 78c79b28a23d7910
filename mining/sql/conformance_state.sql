-- Up to where is conformance derived, and up to where are the dossiers?
SELECT
    (SELECT watermark FROM mined) AS mined,
    (SELECT version FROM mined) AS version,
    (SELECT coalesce(max(entry_no), 0) FROM catalogue_entry) AS catalogue,
    (SELECT max(watermark) FROM conformance_done) AS watermark,
    (SELECT any_value(basis) FROM conformance_done) AS basis
