-- To which dossiers do some activity instances belong?
SELECT event_no AS identity, dossier
FROM step
WHERE event_no IN (SELECT unnest($identities::BIGINT[]))
