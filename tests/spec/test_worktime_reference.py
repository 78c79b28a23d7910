"""Working time in NumPy and in SQL, beside a count of minutes that can be read in a minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import holidays
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mining.ask import rows
from mining.working_time.calendar import Calendar, Closure, Override, Slot
from mining.working_time.calendar_file import public_sector
from mining.working_time.tables import keep_calendars, prepare_working_time
from mining.working_time.worktime import WorkingTime

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST, END = date(2023, 1, 1), date(2027, 1, 1)
PUBLIC_DAYS = holidays.country_holidays("VN", years=range(2022, 2028))

Interval = tuple[datetime, datetime]
Between = Callable[[Calendar, Sequence[Interval]], list[int]]
Add = Callable[[Calendar, Sequence[tuple[datetime, int]]], list[datetime]]


@dataclass(frozen=True)
class Drawn:
    """A calendar as people say it: hours of the week in minutes of the day, and the days that differ."""

    week: list[list[tuple[int, int]]]
    days_off: set[date]
    worked: dict[date, date]
    closed: tuple[date, date] | None

    def hours(self, day: date) -> list[tuple[int, int]]:
        if self.closed and self.closed[0] <= day <= self.closed[1]:
            return []
        if day in self.worked:
            return self.week[self.worked[day].weekday()]
        if day in self.days_off or (day in PUBLIC_DAYS and not PUBLIC_DAYS.is_working_day(day)):
            return []
        if day.weekday() > 4 and PUBLIC_DAYS.is_working_day(day):
            return self.week[SWAPPED[day].weekday()]
        return self.week[day.weekday()]

    def calendar(self) -> Calendar:
        off = [Override(day=day, working=False, source="test") for day in self.days_off - set(self.worked)]
        worked = [
            Override(day=day, working=True, source="test", in_place_of=other) for day, other in self.worked.items()
        ]
        return Calendar(
            code="drawn",
            week=tuple(tuple(Slot(*slot) for slot in hours) for hours in self.week),
            overrides=(*off, *worked),
            closures=(Closure(first_day=self.closed[0], last_day=self.closed[1], source="test"),)
            if self.closed
            else (),
        )


SWAPPED = {
    date(2024, 5, 4): date(2024, 4, 29),
    date(2025, 4, 26): date(2025, 5, 2),
    date(2026, 8, 22): date(2026, 8, 31),
}


def open_minutes(drawn: Drawn, start_at: datetime, end_at: datetime) -> int:
    """Count the minutes that begin in office hours, one by one."""
    count, at = 0, start_at.astimezone(VIETNAM)
    while at < end_at:
        minute = at.hour * 60 + at.minute
        count += any(opens <= minute < closes for opens, closes in drawn.hours(at.date()))
        at += MINUTE
    return count


def open_microseconds(drawn: Drawn, start_at: datetime, end_at: datetime) -> int:
    """Add up, day by day, what the interval shares with the office hours."""
    total, day = timedelta(0), start_at.astimezone(VIETNAM).date()
    while day <= end_at.astimezone(VIETNAM).date():
        midnight = datetime.combine(day, datetime.min.time(), VIETNAM)
        for opens, closes in drawn.hours(day):
            from_at, to_at = max(start_at, midnight + opens * MINUTE), min(end_at, midnight + closes * MINUTE)
            total += max(to_at - from_at, timedelta(0))
        day += timedelta(days=1)
    return total // timedelta(microseconds=1)


def _us(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _numpy_between(calendar: Calendar, intervals: Sequence[Interval]) -> list[int]:
    time = WorkingTime.of(calendar, first_day=FIRST, end_day=END)
    starts, ends = (np.array([_us(one[side]) for one in intervals], np.int64) for side in (0, 1))
    answer: list[int] = time.between_us(starts, ends).tolist()
    return answer


def _numpy_add(calendar: Calendar, terms: Sequence[tuple[datetime, int]]) -> list[datetime]:
    time = WorkingTime.of(calendar, first_day=FIRST, end_day=END)
    due = time.add_us(np.array([_us(at) for at, _ in terms]), np.array([working for _, working in terms]))
    return [EPOCH + timedelta(microseconds=at) for at in due.tolist()]


def _store(calendar: Calendar, asked: str, columns: dict[str, pa.Array]) -> duckdb.DuckDBPyConnection:
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    prepare_working_time(cursor)
    kept = keep_calendars(cursor, [WorkingTime.of(calendar, first_day=FIRST, end_day=END)])
    length = len(next(iter(columns.values())))
    numbers = {asked.replace("asked", "no"): range(length), "calendar": [kept[calendar.code].calendar] * length}
    cursor.register(asked, pa.table({**{name: pa.array(column) for name, column in numbers.items()}, **columns}))
    return cursor


def _instants(moments: Sequence[datetime]) -> pa.Array:
    return pa.array(moments, pa.timestamp("us", "UTC"))


def _sql_between(calendar: Calendar, intervals: Sequence[Interval]) -> list[int]:
    starts, ends = (_instants([one[side] for one in intervals]) for side in (0, 1))
    with _store(calendar, "interval_asked", {"starts_at": starts, "ends_at": ends}) as cursor:
        answer = sorted(rows(cursor, "working_times"), key=lambda row: row["interval_no"])
    return [row["working_us"] for row in answer]


def _sql_add(calendar: Calendar, terms: Sequence[tuple[datetime, int]]) -> list[datetime]:
    columns = {"starts_at": _instants([at for at, _ in terms]), "working_us": pa.array([one for _, one in terms])}
    with _store(calendar, "term_asked", columns) as cursor:
        answer = sorted(rows(cursor, "working_terms"), key=lambda row: row["term_no"])
    return [row["ends_at"] for row in answer]


@pytest.fixture(params=[_numpy_between, _sql_between], ids=["numpy", "sql"], scope="module")
def between(request: pytest.FixtureRequest) -> Between:
    """Working microseconds of intervals, by NumPy and by SQL."""
    answer: Between = request.param
    return answer


@pytest.fixture(params=[_numpy_add, _sql_add], ids=["numpy", "sql"], scope="module")
def add(request: pytest.FixtureRequest) -> Add:
    """Ends of terms, by NumPy and by SQL."""
    answer: Add = request.param
    return answer


@st.composite
def office_hours(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to four slots of a day, with breaks of 5 minutes and more; the last may end at midnight."""
    edges: list[int] = []
    for _ in range(draw(st.integers(0, 4)) * 2):
        earliest = edges[-1] + (5 if len(edges) % 2 == 0 else 1) if edges else 0
        if earliest <= 1440:
            edges.append(min(1440, earliest + draw(st.integers(0, 300))))
    return [(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False) if opens < closes]


days = st.dates(FIRST, END - timedelta(days=1))
# The days that are easily wrong: Tết, the swaps, the days around them, the last of the years covered.
odd_days = st.sampled_from(
    [*SWAPPED, *SWAPPED.values(), date(2025, 1, 24), date(2025, 2, 3), date(2026, 1, 2), date(2026, 1, 10), FIRST]
)


@st.composite
def drawn_calendars(draw: st.DrawFn) -> Drawn:
    weekdays = st.just([(420, 690), (810, 1020)]) | office_hours()
    week = [*draw(st.lists(weekdays, min_size=5, max_size=5)), draw(office_hours()), []]
    if not any(week):
        week[0] = [(480, 720)]
    first = draw(st.none() | days)
    closed = (first, first + timedelta(days=draw(st.integers(0, 10)))) if first else None
    worked = draw(st.dictionaries(days | odd_days, days, max_size=3))
    return Drawn(week, draw(st.sets(days | odd_days, max_size=5)), worked, closed)


@st.composite
def moments(draw: st.DrawFn, step: timedelta = timedelta(microseconds=1)) -> datetime:
    """Instants of 2023 to 2026, many on the odd days."""
    midnight = datetime.combine(draw(days | odd_days), datetime.min.time(), VIETNAM)
    return (midnight + draw(st.integers(0, timedelta(days=1) // step - 1)) * step).astimezone(UTC)


@given(drawn_calendars(), st.lists(st.tuples(moments(MINUTE), st.integers(0, 4000)), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_working_time_is_the_count_of_open_minutes(
    between: Between, drawn: Drawn, asked: list[tuple[datetime, int]]
) -> None:
    last = datetime(2027, 1, 1, tzinfo=VIETNAM)
    intervals = [(start_at, min(start_at + minutes * MINUTE, last)) for start_at, minutes in asked]
    counted = [open_minutes(drawn, *interval) * 60_000_000 for interval in intervals]
    assert between(drawn.calendar(), intervals) == counted


@given(drawn_calendars(), st.lists(st.tuples(moments(), moments()), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_working_time_is_exact_to_the_microsecond_and_negative_backwards(
    between: Between, drawn: Drawn, intervals: list[Interval]
) -> None:
    summed = [
        open_microseconds(drawn, *interval)
        if interval[0] <= interval[1]
        else -open_microseconds(drawn, *interval[::-1])
        for interval in intervals
    ]
    assert between(drawn.calendar(), intervals) == summed


@given(drawn_calendars(), st.lists(moments(), min_size=3, max_size=8))
@settings(max_examples=40, deadline=None)
def test_parts_add_up_and_time_never_runs_backwards(drawn: Drawn, instants: list[datetime]) -> None:
    time = WorkingTime.of(drawn.calendar(), first_day=FIRST, end_day=END)
    ordered = np.sort(np.array([_us(at) for at in instants], np.int64))
    parts = time.between_us(ordered[:-1], ordered[1:])
    assert parts.sum() == time.between_us(ordered[:1], ordered[-1:])[0]
    assert (parts >= 0).all()
    assert (parts <= np.diff(ordered)).all()


@given(drawn_calendars(), st.lists(st.tuples(moments(), st.integers(0, 10**12)), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_term_ends_at_the_earliest_instant_by_which_its_time_has_passed(
    add: Add, drawn: Drawn, asked: list[tuple[datetime, int]]
) -> None:
    last = datetime(2027, 1, 1, tzinfo=VIETNAM)
    terms = [(start_at, min(working, open_microseconds(drawn, start_at, last))) for start_at, working in asked]
    for (start_at, working), ends_at in zip(terms, add(drawn.calendar(), terms), strict=True):
        assert open_microseconds(drawn, start_at, ends_at) == working
        assert ends_at == start_at or open_microseconds(drawn, start_at, ends_at - MINUTE / 60e6) == working - 1


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-04-29 16:00", "2024-05-04 08:00", 17),  # Monday 29/4 is worked on Saturday 4/5; the library says off
        ("2025-01-24 16:00", "2025-02-03 08:00", 2),  # over Tết
        ("2026-01-02 00:00", "2026-01-03 00:00", 0),  # swapped off
        ("2026-01-10 00:00", "2026-01-11 00:00", 8),  # the Saturday it is worked on
        ("2025-03-03 11:00", "2025-03-03 14:00", 1),  # over lunch
        ("2025-03-07 17:00", "2025-03-10 07:00", 0),  # over a weekend
        ("2025-03-03 10:00", "2025-03-10 10:00", 40),  # five working days
    ],
)
def test_known_answers_on_the_public_sector_calendar(between: Between, start: str, end: str, hours: int) -> None:
    interval = [datetime.fromisoformat(text).replace(tzinfo=VIETNAM) for text in (start, end)]
    assert between(public_sector(), [(interval[0], interval[1])]) == [hours * 3_600_000_000]
