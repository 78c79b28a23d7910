-- When did the agency hold each dossier? Dossiers by their first event number, with the unit whose office hours hold.
SELECT dossier.first_event_no AS dossier, cohort.unit, clock_span.from_at, clock_span.to_at
FROM clock_span
JOIN dossier USING (dossier)
JOIN cohort USING (cohort)
WHERE clock_span.holder = 'agency'
ORDER BY dossier.first_event_no
