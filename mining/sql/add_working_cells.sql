-- Keep the cells of the calendar, which are registered as `fresh_cell`.
INSERT INTO working_cell BY NAME
SELECT $calendar AS calendar, cell, shift_us, from_us, to_us
FROM fresh_cell
ORDER BY cell
