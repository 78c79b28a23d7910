-- When was a dossier not the agency's? While its legal clock stood still, and since it ended. The stretches of a dossier
-- do not overlap; dossier is its first event number.
SELECT dossier.first_event_no AS dossier, clock_span.from_at, clock_span.to_at
FROM clock_span
JOIN dossier USING (dossier)
WHERE clock_span.holder <> 'agency'
UNION ALL
SELECT dossier.first_event_no, clock.finished_at, NULL
FROM clock
JOIN dossier USING (dossier)
WHERE clock.finished_at IS NOT NULL AND clock.status_known
