-- Forget up to where conformance was derived.
DELETE FROM conformance_done
