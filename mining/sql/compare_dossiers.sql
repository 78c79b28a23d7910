-- Which dossiers have these first event numbers?
SELECT first_event_no, dossier
FROM dossier
WHERE first_event_no IN (SELECT unnest($numbers::BIGINT[]))
