"""The engine beside the property tests of tests/spec: its bounds, columns, clocks that change, and its tables."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from mining.ask import rows
from mining.working_time.calendar import Calendar, CalendarError, Closure, Override, Slot
from mining.working_time.calendar_file import public_sector, read_week
from mining.working_time.local_time import to_utc
from mining.working_time.tables import keep_calendars, kept_calendars, prepare_working_time
from mining.working_time.worktime import WorkingTime, WorktimeError

VIETNAM, AMSTERDAM = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)
WEEK_US = 40 * 3_600_000_000


@pytest.fixture(scope="module")
def office() -> WorkingTime:
    """The public-sector calendar, all its years."""
    return WorkingTime.of(public_sector())


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def always(zone: str = "UTC") -> Calendar:
    return Calendar(code="always", week=((Slot(0, 1440),),) * 7, zone=zone, holidays=None)


def test_the_years_covered_are_1990_to_2099(office: WorkingTime) -> None:
    assert office.between(vietnam("1990-01-01"), vietnam("2100-01-01")) > 100 * 365 * 5 * HOUR
    for text in ("1989-12-31T23:59:59.999999", "2100-01-01T00:00:00.000001"):
        with pytest.raises(WorktimeError, match=r"is outside what calendar public-sector covers, 1990-01-01 to 2100"):
            office.between(vietnam("2024-01-01"), vietnam(text))


def test_cells_are_half_days_where_the_only_break_is_lunch(office: WorkingTime) -> None:
    assert office.cells.cell_us == 12 * 3_600_000_000


def test_a_calendar_that_never_closes_counts_what_passes() -> None:
    time = WorkingTime.of(always())
    start_at, end_at = datetime(2000, 1, 1, tzinfo=UTC), datetime(2020, 6, 7, 8, 9, 10, 11, tzinfo=UTC)
    assert time.between(start_at, end_at) == end_at - start_at
    assert time.add(start_at, end_at - start_at) == end_at


def test_a_calendar_that_is_closed_all_the_time_counts_nothing() -> None:
    closure = Closure(first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), source="rebuilding")
    calendar = Calendar(code="closed", week=public_sector().week, closures=(closure,))
    time = WorkingTime.of(calendar, first_day=date(2025, 1, 1), end_day=date(2025, 7, 1))
    assert time.between(vietnam("2025-01-01"), vietnam("2025-06-30")) == timedelta(0)
    assert len(time.working_days()) == 0
    with pytest.raises(WorktimeError, match="has 0 working hours"):
        time.add(vietnam("2025-02-01"), HOUR)


def test_one_minute_breaks_around_five_minute_marks_need_the_narrowest_cells() -> None:
    week = read_week({"monday": [("07:00", "09:04"), ("09:09", "09:12"), ("09:19", "12:00")]})
    time = WorkingTime.of(Calendar(code="fine", week=week), first_day=date(2025, 1, 1), end_day=date(2025, 3, 1))
    assert time.between(vietnam("2025-03-01") - 34 * 24 * HOUR, vietnam("2025-01-28")) == timedelta(0)  # Tết
    assert time.between(vietnam("2025-02-10"), vietnam("2025-02-11")) == timedelta(minutes=124 + 3 + 161)


def test_slots_that_touch_are_one() -> None:
    week = read_week({"monday": [("07:00", "09:03"), ("09:03", "11:00")], "tuesday": [("00:00", "01:00")]})
    time = WorkingTime.of(Calendar(code="touching", week=week, holidays=None))
    assert time.between(vietnam("2025-03-03T09:00"), vietnam("2025-03-03T09:05")) == timedelta(minutes=5)
    assert time.cells.cell_us == 24 * 3_600_000_000


def test_no_instants_have_no_working_times(office: WorkingTime) -> None:
    none = np.empty(0, np.int64)
    assert len(office.worked_us(none)) == len(office.between_us(none, none)) == len(office.add_us(none, none)) == 0


def test_long_columns_are_counted_like_short_ones(office: WorkingTime) -> None:
    first = office.cells.origin_us
    starts = first + np.arange(100_000, dtype=np.int64) * 25_000_000_007
    whole = office.between_us(starts, starts + WEEK_US)
    assert whole[[0, 40_000, 99_999]].tolist() == [
        office.between_us(starts[[one]], starts[[one]] + WEEK_US)[0] for one in (0, 40_000, 99_999)
    ]
    assert np.array_equal(whole, office.worked_us(starts + WEEK_US) - office.worked_us(starts))
    assert np.array_equal(office.between_us(starts, office.add_us(starts, whole)), whole)


def test_a_term_ends_when_the_office_closes_rather_than_when_it_opens_again(office: WorkingTime) -> None:
    friday = vietnam("2025-03-07T16:00")
    assert office.add(friday, HOUR) == vietnam("2025-03-07T17:00")
    assert office.add(friday, HOUR + timedelta(microseconds=1)) == vietnam("2025-03-10T07:00:00.000001")
    assert office.add(vietnam("2025-03-08T09:00"), timedelta(0)) == vietnam("2025-03-08T09:00")
    assert office.add(vietnam("2025-03-08T09:00"), HOUR) == vietnam("2025-03-10T08:00")
    assert office.add(vietnam("2025-03-03T10:00"), 40 * HOUR) == vietnam("2025-03-10T10:00")


def test_at_is_the_inverse_of_worked(office: WorkingTime) -> None:
    worked = np.array([0, 1, 4 * 3_600_000_000, WEEK_US], np.int64)
    assert office.at_us(worked)[0] == office.cells.origin_us
    assert np.array_equal(office.worked_us(office.at_us(worked)), worked)


def test_terms_that_cannot_be_told_are_refused(office: WorkingTime) -> None:
    with pytest.raises(WorktimeError, match="a negative working time cannot be added"):
        office.add(vietnam("2025-03-07"), -HOUR)
    with pytest.raises(WorktimeError, match=r"has 2\d\d,\d{3} working hours from 1990-01-01 to 2100-01-01"):
        office.add(vietnam("2099-12-01"), 1000 * HOUR)


def test_times_without_an_offset_are_refused(office: WorkingTime) -> None:
    naive = vietnam("2025-03-07").replace(tzinfo=None)
    with pytest.raises(WorktimeError, match="has no UTC offset"):
        office.between(naive, vietnam("2025-03-07"))


def test_backwards_is_negative(office: WorkingTime) -> None:
    monday, tuesday = vietnam("2025-03-03T10:00"), vietnam("2025-03-04T10:00")
    assert office.between(tuesday, monday) == -8 * HOUR


def test_columns_of_arrow_keep_what_is_missing(office: WorkingTime) -> None:
    monday, tuesday = vietnam("2025-03-03T10:00"), vietnam("2025-03-04T10:00")
    instant = pa.timestamp("us", "Asia/Ho_Chi_Minh")
    starts, ends = pa.array([monday, None, monday], instant), pa.array([tuesday, tuesday, None], instant)
    assert office.between_arrow(starts, ends).to_pylist() == [8 * 3_600_000_000, None, None]
    parts = pa.chunked_array([starts[:1], starts[1:]])
    assert office.between_arrow(parts, ends).to_pylist() == [8 * 3_600_000_000, None, None]
    assert office.between_arrow(starts[:0], ends[:0]).type == pa.int64()


def test_working_days_count_what_the_office_is_open(office: WorkingTime) -> None:
    days = office.working_days()
    first, end = np.searchsorted(days, np.array(["2026-01-01", "2027-01-01"], "datetime64[D]"))
    assert end - first == 249
    assert days[first] == np.datetime64("2026-01-05")  # 1/1 is a holiday, 2/1 swapped, then a weekend
    assert np.datetime64("2026-01-10") in days


@pytest.mark.parametrize(
    ("first_day", "end_day"),
    [
        (date(1989, 12, 31), date(2000, 1, 1)),
        (date(2000, 1, 1), date(2100, 1, 2)),
        (date(2001, 1, 1), date(2001, 1, 1)),
    ],
)
def test_only_days_from_1990_to_2099_can_be_covered(first_day: date, end_day: date) -> None:
    with pytest.raises(CalendarError, match="cannot be covered; choose days from 1990-01-01 to 2100-01-01"):
        WorkingTime.of(always(), first_day=first_day, end_day=end_day)


@pytest.mark.parametrize("zone", [VIETNAM, AMSTERDAM, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])
def test_local_times_are_those_of_zoneinfo(zone: ZoneInfo) -> None:
    local = [datetime(1990, 1, 1) + timedelta(hours=37 * number, minutes=30) for number in range(26_000)]  # noqa: DTZ001
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001
    asked = np.array([(one - epoch) // timedelta(microseconds=1) for one in local], np.int64)
    instants = to_utc(asked, zone.key).tolist()
    back = [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one)).astimezone(zone) for one in instants]
    wrong = [one for one, seen in zip(local, back, strict=True) if seen.replace(tzinfo=None) != one]
    skipped = [
        one for one in wrong if one.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != one
    ]
    assert wrong == skipped
    assert all(seen.fold == 0 for seen in back)
    assert all(earlier <= later for earlier, later in pairwise(instants))


def test_a_clock_that_changes_adds_and_drops_an_hour_of_the_night() -> None:
    time = WorkingTime.of(always("Europe/Amsterdam"))
    spring, autumn = datetime(2025, 3, 30, tzinfo=AMSTERDAM), datetime(2025, 10, 26, tzinfo=AMSTERDAM)
    assert time.between(spring, datetime(2025, 3, 31, tzinfo=AMSTERDAM)) == 23 * HOUR
    assert time.between(autumn, datetime(2025, 10, 27, tzinfo=AMSTERDAM)) == 25 * HOUR
    night = Calendar(code="night", week=((Slot(125, 170), Slot(185, 300)),) * 7, zone="Europe/Amsterdam", holidays=None)
    shift = WorkingTime.of(night, first_day=date(2025, 3, 29), end_day=date(2025, 4, 1))
    assert shift.between(spring, datetime(2025, 3, 31, tzinfo=AMSTERDAM)) == timedelta(minutes=115)


def test_times_that_the_clock_skips_or_shows_twice() -> None:
    def utc(text: str) -> datetime:
        local = np.array([np.datetime64(text, "us").astype(np.int64)])
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(to_utc(local, "Europe/Amsterdam")[0]))

    put_forward, put_back = datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 10, 26, 1, tzinfo=UTC)
    assert [utc(f"2025-03-30T{clock}") for clock in ("02:00", "02:30", "03:00")] == [put_forward] * 3
    assert utc("2025-03-30T03:01") == put_forward + timedelta(minutes=1)
    assert utc("2025-10-26T02:59") == put_back - timedelta(minutes=1)
    assert utc("2025-10-26T03:00") == put_back + HOUR


def test_the_last_day_counts_in_full_when_the_clock_was_changed_in_between() -> None:
    office_hours = Calendar(
        code="nl", week=read_week({"monday-sunday": [("09:00", "17:00")]}), zone="Europe/Amsterdam", holidays=None
    )
    half_year = WorkingTime.of(office_hours, first_day=date(2025, 1, 1), end_day=date(2025, 7, 1))
    start_at, end_at = datetime(2025, 1, 1, tzinfo=AMSTERDAM), datetime(2025, 7, 1, tzinfo=AMSTERDAM)
    assert half_year.between(start_at, end_at) == 181 * 8 * HOUR


def test_office_hours_follow_the_local_clock_through_the_year() -> None:
    week = read_week({"monday-friday": [("09:00", "12:30"), ("13:30", "17:00")]})
    time = WorkingTime.of(Calendar(code="nl", week=week, zone="Europe/Amsterdam", holidays="NL"))
    for day in (datetime(2025, 1, 6, tzinfo=AMSTERDAM), datetime(2025, 7, 7, tzinfo=AMSTERDAM)):
        assert time.between(day.replace(hour=9), day.replace(hour=13, minute=30)) == 3.5 * HOUR
        assert time.between(day.replace(hour=17), day.replace(hour=23)) == timedelta(0)
    assert time.between(datetime(2025, 4, 28, tzinfo=AMSTERDAM), datetime(2025, 4, 29, tzinfo=AMSTERDAM)) == 7 * HOUR


@pytest.fixture
def cursor() -> duckdb.DuckDBPyConnection:
    """A database with the tables, shut off from the outside as the store is."""
    connection = duckdb.connect(config={"enable_external_access": False, "autoload_known_extensions": False})
    connection.execute("SET TimeZone = 'UTC'")
    prepare_working_time(connection)
    prepare_working_time(connection)
    return connection


def test_a_calendar_is_kept_under_its_number_and_replaced_when_it_changes(cursor: duckdb.DuckDBPyConnection) -> None:
    calendar = public_sector()
    ward = Calendar(code="ward", week=calendar.week)
    kept = keep_calendars(cursor, [WorkingTime.of(calendar), WorkingTime.of(ward)])
    assert (kept["public-sector"].calendar, kept["ward"].calendar) == (1, 2)
    assert kept == kept_calendars(cursor) == keep_calendars(cursor, [WorkingTime.of(calendar), WorkingTime.of(ward)])

    closure = Closure(first_day=date(2026, 7, 1), last_day=date(2026, 7, 2), source="move")
    moved = Calendar(code="ward", week=ward.week, closures=(closure,))
    changed = keep_calendars(cursor, [WorkingTime.of(moved)])["ward"]
    assert (changed.calendar, changed.version) == (2, moved.version)
    assert changed.changed_from == vietnam("2026-07-01")
    assert changed.changed_to == vietnam("2026-07-03")
    count = cursor.execute("SELECT calendar, count(*) FROM working_cell GROUP BY ALL ORDER BY ALL").fetchall()
    assert [number for number, _ in count] == [1, 2]
    assert len(rows(cursor, "working_calendars")) == 2


def test_what_is_written_otherwise_but_means_the_same_changes_nothing(cursor: duckdb.DuckDBPyConnection) -> None:
    calendar = public_sector()
    keep_calendars(cursor, [WorkingTime.of(calendar)])
    sunday = Override(day=date(2026, 3, 1), working=False, source="already a Sunday")
    same = keep_calendars(cursor, [WorkingTime.of(public_sector(sunday))])["public-sector"]
    assert same.version != calendar.version
    assert (same.changed_from, same.changed_to) == (None, None)


def test_hours_moved_within_a_day_are_a_change(cursor: duckdb.DuckDBPyConnection) -> None:
    keep_calendars(cursor, [WorkingTime.of(public_sector())])
    earlier = (Slot.read("06:00", "10:30"), Slot.read("13:30", "17:00"))
    override = Override(day=date(2026, 3, 3), working=True, hours=earlier, source="notice")
    moved = keep_calendars(cursor, [WorkingTime.of(public_sector(override))])["public-sector"]
    assert (moved.changed_from, moved.changed_to) == (vietnam("2026-03-03"), vietnam("2026-03-03T12:00"))


def test_other_office_hours_change_all_the_time(cursor: duckdb.DuckDBPyConnection) -> None:
    keep_calendars(cursor, [WorkingTime.of(public_sector())])
    week = read_week({"monday-friday": [("08:00", "12:30"), ("13:30", "17:00")]})
    other = keep_calendars(cursor, [WorkingTime.of(Calendar(code="public-sector", week=week))])["public-sector"]
    assert other.changed_from == vietnam("1990-01-01")
    assert other.changed_to == vietnam("2100-01-01")


def test_what_is_missing_or_outside_has_no_working_time_in_sql(cursor: duckdb.DuckDBPyConnection) -> None:
    keep_calendars(cursor, [WorkingTime.of(public_sector()), WorkingTime.of(always())])
    monday, ages_ago = vietnam("2025-03-03T10:00"), vietnam("1980-01-01")
    instant = pa.timestamp("us", "UTC")
    asked = pa.table(
        {
            "interval_no": [1, 2, 3, 4, 5],
            "calendar": [1, 1, 1, 7, 2],
            "starts_at": pa.array([monday, ages_ago, monday, monday, ages_ago], instant),
            "ends_at": pa.array([monday + HOUR, monday, None, monday, monday], instant),
        }
    )
    cursor.register("interval_asked", asked)
    answer = {row["interval_no"]: row["working_us"] for row in rows(cursor, "working_times")}
    assert answer == {1: 3_600_000_000, 2: None, 3: None, 4: None, 5: None}
    terms = pa.table(
        {
            "term_no": [1, 2, 3, 4],
            "calendar": [1, 1, 1, 1],
            "starts_at": pa.array([monday, monday, monday, ages_ago], instant),
            "working_us": [WEEK_US, -1, 10**18, 1],
        }
    )
    cursor.register("term_asked", terms)
    ends = {row["term_no"]: row["ends_at"] for row in rows(cursor, "working_terms")}
    assert ends == {1: vietnam("2025-03-10T10:00"), 2: None, 3: None, 4: None}
