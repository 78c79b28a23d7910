-- Which step of the approved process is each completed activity instance, where events say so? step is a label's code.
SELECT event_no AS identity, step
FROM step
WHERE position IS NOT NULL AND step IS NOT NULL
ORDER BY event_no
