-- Which dossiers have these first event numbers, of which procedure and unit?
SELECT dossier.first_event_no, dossier.dossier, cohort.procedure, cohort.unit
FROM dossier
JOIN cohort USING (cohort)
WHERE dossier.first_event_no IN (SELECT unnest($numbers::BIGINT[]))
