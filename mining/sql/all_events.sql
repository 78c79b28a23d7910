-- Derive from all events.
CREATE OR REPLACE TEMP VIEW fresh AS SELECT * FROM event
