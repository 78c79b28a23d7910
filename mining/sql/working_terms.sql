-- When has the office been open for `working_us` after `starts_at`, at the earliest, for each row of the table
-- `term_asked` (term_no, calendar, starts_at, working_us)? NULL where something is missing or the calendar ends first.
WITH target AS (
    SELECT term_no, asked.calendar, starts_at, working_us, worked_us(starts_at, start_cell) + working_us AS target_us
    FROM term_asked AS asked
    LEFT JOIN working_calendar AS clock USING (calendar)
    LEFT JOIN working_cell AS start_cell ON start_cell.cell = cell_of(starts_at, clock)
),

open_cell AS (SELECT calendar, shift_us, from_us, to_us FROM working_cell WHERE from_us < to_us)

SELECT
    term_no,
    CASE
        WHEN working_us = 0 THEN starts_at
        WHEN working_us > 0 AND target_us <= to_us THEN make_timestamptz(target_us - shift_us)
    END AS ends_at
FROM target
ASOF LEFT JOIN open_cell ON open_cell.calendar = target.calendar AND open_cell.from_us < target.target_us
