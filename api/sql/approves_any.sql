-- Is any process approved?
SELECT count(*) > 0 AS approves FROM approved_process
