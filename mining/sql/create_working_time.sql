-- The working time of calendars (mining/working_time/worktime.py), where SQL can reach it.

-- A row per calendar: its cells are `cell_us` long and are numbered from `first_cell` at `origin_us` on. Numbers of
-- different calendars are so far apart that no instant outside what one covers falls into a cell of another.
CREATE TABLE IF NOT EXISTS working_calendar (
    calendar INTEGER NOT NULL,
    code VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    first_cell BIGINT NOT NULL,
    origin_us BIGINT NOT NULL,
    cell_us BIGINT NOT NULL
);

-- A row per cell: the working time before it, after it, and what to add to an instant while the office is open.
CREATE TABLE IF NOT EXISTS working_cell (
    calendar INTEGER NOT NULL,
    cell BIGINT NOT NULL,
    shift_us BIGINT NOT NULL,
    from_us BIGINT NOT NULL,
    to_us BIGINT NOT NULL
);

-- In which cell is the instant? `clock` is a row of working_calendar. Join on this number alone: with the calendar as
-- a second condition an inner join may be planned to pair each interval with all cells of its calendar.
CREATE OR REPLACE MACRO cell_of(instant, clock) AS
    clock.first_cell + (epoch_us(instant) - clock.origin_us) // clock.cell_us;

-- How much working time has passed by the instant since the calendar's first day? `cell` is its row of working_cell.
CREATE OR REPLACE MACRO worked_us(instant, cell) AS
    least(greatest(epoch_us(instant) + cell.shift_us, cell.from_us), cell.to_us);
