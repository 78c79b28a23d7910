-- Keep what alignments cost.
INSERT INTO conformance_variant SELECT variant, cost, worst_cost, exact FROM given
