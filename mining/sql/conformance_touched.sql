-- Which dossiers have new events, or all of them?
CREATE OR REPLACE TEMP TABLE conformance_touched AS
SELECT DISTINCT dossier FROM event WHERE event_no > $after AND event_no <= $upto
