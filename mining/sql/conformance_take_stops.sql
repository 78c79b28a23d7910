-- Take from the work the time during which the clock stood still.
UPDATE conformance_worked
SET worked_us = worked_us - stopped.stood_us
FROM (SELECT n, sum(stood_us)::BIGINT AS stood_us FROM given GROUP BY n) AS stopped
WHERE stopped.n = conformance_worked.n
