-- Remove all that is kept but the alignments.
TRUNCATE conformity;
TRUNCATE deviation;
TRUNCATE conformance_usable;
TRUNCATE conformance_match;
TRUNCATE conformance_remark;
TRUNCATE conformance_done
