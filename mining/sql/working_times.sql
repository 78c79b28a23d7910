-- How much working time (microseconds) is there in each interval of the table `interval_asked`
-- (interval_no, calendar, starts_at, ends_at)? NULL where an end is missing or outside what the calendar covers.
SELECT
    interval_no,
    worked_us(ends_at, end_cell) - worked_us(starts_at, start_cell) AS working_us
FROM interval_asked AS asked
LEFT JOIN working_calendar AS clock USING (calendar)
LEFT JOIN working_cell AS start_cell ON start_cell.cell = cell_of(starts_at, clock)
LEFT JOIN working_cell AS end_cell ON end_cell.cell = cell_of(ends_at, clock)
