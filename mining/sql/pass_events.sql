-- Derive from the events of the dossiers of one pass; the event numbers spare reading the rest.
CREATE OR REPLACE TEMP VIEW fresh AS
SELECT *
FROM event
WHERE event_no BETWEEN getvariable('stretch').first_event_no AND getvariable('stretch').last_event_no
    AND dossier IN (SELECT dossier FROM touched WHERE pass = getvariable('stretch').pass)
