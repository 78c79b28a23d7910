-- Forget which steps were completed in which system.
DROP TABLE IF EXISTS system_step
