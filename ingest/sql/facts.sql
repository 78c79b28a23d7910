-- What is known about the file itself?
SELECT name, value FROM store_fact
