-- Which officers completed anything? In the order in which waiting_steps numbers them.
SELECT DISTINCT officer
FROM step
WHERE officer IS NOT NULL
ORDER BY officer
