-- Which promised dates and finishes of the dossiers of a slice were changed, when and by which unit?
SELECT dossier, kind, said_at, promise.unit, due_at, previous_due_at
FROM promise
JOIN clock USING (dossier)
WHERE kind <> 'first'
    AND cohort IN (SELECT unnest($cohorts::INTEGER[]))
    AND opened_at >= $received_from
    AND opened_at < $received_to
ORDER BY promise.unit NULLS LAST, said_at, dossier, ordinal
