-- Which event keys are stored?
SELECT event_key FROM event
