"""How long does the working time of many intervals take, in NumPy and in SQL, beside a loop over minutes?

    python bench/worktime.py [--intervals 10000000] [--calendars 1] [--rounds 3]

The intervals start in 2023 to 2026 and last up to 30 days. All ways must give the same microseconds. The loop is run
on a few intervals and scaled up.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mining.ask import statement
from mining.working_time.calendar_file import public_sector
from mining.working_time.tables import keep_calendars, prepare_working_time
from mining.working_time.worktime import WorkingTime

DAY_US = 86_400_000_000
GOAL_SECONDS = 2.0
LOOPED = 20
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Ints = npt.NDArray[np.int64]


def made_up(intervals: int) -> tuple[Ints, Ints]:
    dice = np.random.default_rng(1)
    first = (datetime(2023, 1, 1, tzinfo=VIETNAM) - EPOCH) // timedelta(microseconds=1)
    starts = first + dice.integers(0, 4 * 365 * DAY_US, intervals)
    return starts, starts + dice.integers(0, 30 * DAY_US, intervals)


def stored(times: list[WorkingTime], starts: Ints, ends: Ints) -> duckdb.DuckDBPyConnection:
    """Put the intervals in a table, their calendars in turn, as they would be stored."""
    cursor = duckdb.connect(config={"threads": 2})
    cursor.execute("SET TimeZone = 'UTC'")
    prepare_working_time(cursor)
    numbers = [kept.calendar for kept in keep_calendars(cursor, times).values()]
    instant = pa.timestamp("us", "UTC")
    asked = pa.table(
        {
            "interval_no": np.arange(len(starts)),
            "calendar": np.resize(np.array(numbers, np.int32), len(starts)),
            "starts_at": pa.array(starts).cast(instant),
            "ends_at": pa.array(ends).cast(instant),
        }
    )
    cursor.register("made_up", asked)
    cursor.execute("CREATE TABLE interval_asked AS SELECT * FROM made_up")
    cursor.unregister("made_up")
    return cursor


def loop(office: WorkingTime, start_us: int, end_us: int) -> int:
    """Count the open minutes one by one, on the day's hours."""
    minutes, at = 0, (EPOCH + timedelta(microseconds=start_us)).astimezone(VIETNAM)
    while at < EPOCH + timedelta(microseconds=end_us):
        minute = at.hour * 60 + at.minute
        minutes += any(slot.opens_minute <= minute < slot.closes_minute for slot in office.calendar.hours_on(at.date()))
        at += timedelta(minutes=1)
    return minutes


def measured(rounds: int, run: Callable[[], object]) -> str:
    """Median seconds by the clock, and of all processors together, which other work on the machine sways less."""
    clock, processor = [], []
    for _ in range(rounds):
        started = time.perf_counter(), time.process_time()
        run()
        clock.append(time.perf_counter() - started[0])
        processor.append(time.process_time() - started[1])
    return f"in {statistics.median(clock):6.2f} s ({statistics.median(processor):.2f} s of processors)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--intervals", type=int, default=10_000_000)
    parser.add_argument("--calendars", type=int, default=1, help="how many calendars the intervals of SQL are on")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    started = time.perf_counter()
    office = WorkingTime.of(public_sector())
    print(f"calendar {office.version} laid out in {time.perf_counter() - started:.2f} s")
    starts, ends = made_up(options.intervals)
    others = [WorkingTime.of(public_sector(code=f"ward-{number}")) for number in range(1, options.calendars)]
    cursor = stored([office, *others], starts, ends)

    many = f"{options.intervals:>12,}"
    taken = measured(options.rounds, lambda: office.between_us(starts, ends))
    print(f"NumPy   {many} intervals {taken}, goal <= {GOAL_SECONDS:g}", flush=True)
    question = f"CREATE OR REPLACE TEMP TABLE answer AS {statement('working_times')}"
    taken = measured(options.rounds, lambda: cursor.execute(question))
    print(f"SQL     {many} intervals {taken}, goal <= {GOAL_SECONDS:g}", flush=True)
    worked = office.between_us(starts, ends)
    taken = measured(options.rounds, lambda: office.add_us(starts, worked))
    print(f"NumPy   {many} terms     {taken}", flush=True)
    started = time.perf_counter()
    for number in range(LOOPED):
        loop(office, int(starts[number]), int(ends[number]))
    looped = (time.perf_counter() - started) / LOOPED * options.intervals
    print(f"minutes {many} intervals in {looped:,.0f} s, scaled up from {LOOPED}")

    answer = cursor.execute("SELECT working_us FROM answer ORDER BY interval_no").to_arrow_table()
    assert np.array_equal(np.asarray(answer["working_us"]), worked), "SQL and NumPy differ"
    print("SQL and NumPy agree to the microsecond")


if __name__ == "__main__":
    main()
