-- Which dossiers have new events, and with which event did each begin?
CREATE OR REPLACE TEMP TABLE conformance_touched AS
SELECT dossier, first_event_no
FROM dossier
WHERE dossier IN (SELECT dossier FROM event WHERE event_no > $after AND event_no <= $upto)
