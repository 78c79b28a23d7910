-- When was a dossier not the agency's? dossier is its first event number.
SELECT dossier.first_event_no AS dossier, clock_span.from_at, clock_span.to_at
FROM clock_span
JOIN dossier USING (dossier)
WHERE clock_span.holder <> 'agency'
