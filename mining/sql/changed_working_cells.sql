-- From which to which cell do the office hours kept for the calendar differ from those registered as `fresh_cell`?
-- Office hours of a cell are from from_us - shift_us to to_us - shift_us; none where from_us = to_us. The working
-- time before a cell is not compared: it goes on differing after the last day that does.
SELECT min(cell) AS first_cell, max(cell) AS last_cell
FROM (SELECT cell, shift_us, from_us, to_us FROM working_cell WHERE calendar = $calendar) AS kept
FULL JOIN fresh_cell AS fresh USING (cell)
WHERE fresh.to_us - fresh.from_us IS DISTINCT FROM kept.to_us - kept.from_us
    OR (fresh.from_us < fresh.to_us AND fresh.from_us - fresh.shift_us <> kept.from_us - kept.shift_us)
