-- What came of the completed activity instances that say so? identity is the number of their completion.
SELECT event_no AS identity, lower(trim(outcome)) AS outcome
FROM event
WHERE outcome IS NOT NULL AND event_no IN (SELECT event_no FROM step WHERE position IS NOT NULL)
ORDER BY event_no
