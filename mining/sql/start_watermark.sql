-- Nothing is derived yet; this version will do it.
INSERT INTO mined VALUES (0, $version)
