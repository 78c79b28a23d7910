-- Keep the deviations of variants.
INSERT INTO conformance_move SELECT variant, kind, symbol, position FROM given
