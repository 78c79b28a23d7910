-- Remember up to which event and on which basis conformance is derived.
INSERT INTO conformance_done VALUES ($watermark, $basis)
