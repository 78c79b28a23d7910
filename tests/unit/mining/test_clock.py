"""Who held a dossier for how long: known answers on the default calendar, and conservation on random stretches."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from mining.clocks.clock import Calendars, ClockError, dossier_clock, held_times, resets
from mining.derive import prepare, refresh
from mining.paths.time_split import time_split
from mining.slice import Slice
from mining.working_time.calendar import Calendar, Slot
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SCHEMA = Path(__file__).parents[3] / "ingest" / "schema.sql"
OFFICE = WorkingTime.of(public_sector())
NIGHT = WorkingTime.of(Calendar(code="night", week=tuple((Slot(0, 360),) for _ in range(7))))
CALENDARS = Calendars(OFFICE, {"night": NIGHT})
HOUR = 3_600_000_000


def at(text: str) -> datetime:
    """Read `06 10:00` as that time of January 2025 in Viet Nam; the 6th is a Monday."""
    return datetime.fromisoformat(f"2025-01-{text}").replace(tzinfo=VIETNAM)


def store(
    events: list[tuple[int, datetime, int, str | None]], due: datetime | None = None
) -> duckdb.DuckDBPyConnection:
    """A store with events of (dossier, when, status, unit), derived; every one of them promises `due`."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(SCHEMA.read_text())
    prepare(cursor)
    incoming = pa.table(
        {
            "event_no": range(1, len(events) + 1),
            "event_key": [0] * len(events),
            "source": ["test"] * len(events),
            "event_id": [str(number) for number in range(len(events))],
            "kind": ["status"] * len(events),
            "dossier": [str(UUID(int=event[0])) for event in events],
            "occurred_at": pa.array([event[1] for event in events], pa.timestamp("us", "UTC")),
            "due_at": pa.array([due for _ in events], pa.timestamp("us", "UTC")),
            "lifecycle": ["complete"] * len(events),
            "status": [event[2] for event in events],
            "unit": pa.array([event[3] for event in events], pa.string()),
            "received_at": [datetime.now(UTC)] * len(events),
        }
    )
    cursor.register("incoming", incoming)
    cursor.execute("INSERT INTO event BY NAME SELECT * FROM incoming")
    cursor.unregister("incoming")
    refresh(cursor)
    return cursor


ONE = [
    (1, at("06 06:00"), 1, "A"),
    (1, at("06 10:00"), 2, "A"),
    (1, at("06 16:00"), 5, "A"),
    (1, at("07 08:00"), 4, "A"),
    (1, at("08 09:00"), 9, "A"),
    (1, at("09 07:30"), 10, "A"),
]


def test_the_time_of_a_slice_by_holder() -> None:
    split = time_split(store(ONE), Slice(), CALENDARS, at("31 00:00"))
    assert split.dossiers == 1
    assert (split.agency.working_us, split.agency.elapsed_us) == (4 * HOUR + 9 * HOUR, 6 * HOUR + 25 * HOUR)
    assert (split.citizen.working_us, split.citizen.elapsed_us) == (2 * HOUR, 16 * HOUR)
    assert (split.total.working_seconds, split.total.elapsed_seconds) == (15 * 3600, 47 * 3600)
    assert (split.picked_up, split.pickup.working_us) == (1, 6.5 * HOUR)
    assert (split.taken_in, split.intake.working_us) == (1, 3 * HOUR)
    assert split.calendar_versions == tuple(sorted([OFFICE.version, NIGHT.version]))


def test_the_clock_of_a_dossier_as_a_timeline() -> None:
    clock = dossier_clock(store(ONE, at("13 10:00")), UUID(int=1), CALENDARS, at("31 00:00"))
    assert clock is not None
    assert [(one.holder, one.from_at, one.to_at, one.time.working_us / HOUR) for one in clock.spans] == [
        ("agency", at("06 10:00"), at("06 16:00"), 4),
        ("citizen", at("06 16:00"), at("07 08:00"), 2),
        ("agency", at("07 08:00"), at("08 09:00"), 9),
    ]
    assert clock.held["agency"].working_us == 13 * HOUR
    assert clock.held["suspended"].elapsed_us == 0
    assert (clock.finish_kind, clock.finished_at, clock.supplements) == ("finished", at("08 09:00"), 1)
    assert [(one.kind, one.due_at, one.unit) for one in clock.promises] == [("first", at("13 10:00"), "A")]
    assert clock.calendar_version == OFFICE.version


def test_a_running_clock_counts_up_to_the_instant_asked() -> None:
    cursor = store(ONE[:2])
    for until, hours in (("06 11:00", 1), ("06 14:00", 2), ("06 09:00", 0)):
        clock = dossier_clock(cursor, UUID(int=1), CALENDARS, at(until))
        assert clock is not None
        assert clock.held["agency"].working_us == hours * HOUR
        assert time_split(cursor, Slice(), CALENDARS, at(until)).agency == clock.held["agency"]


def test_each_unit_has_its_own_calendar() -> None:
    events = [(1, at("06 00:00"), 2, "night"), (2, at("06 00:00"), 2, "day"), (3, at("06 00:00"), 2, None)]
    held = held_times(store(events), Slice(), CALENDARS, at("07 00:00"))
    assert held["agency_working_us"].to_pylist() == [6 * HOUR, 8 * HOUR, 8 * HOUR]


def test_nothing_there_is_nothing_held() -> None:
    cursor = store([])
    assert dossier_clock(cursor, UUID(int=1), CALENDARS, at("07 00:00")) is None
    assert held_times(cursor, Slice(), CALENDARS, at("07 00:00")).num_rows == 0
    assert time_split(cursor, Slice(), CALENDARS, at("07 00:00")).total.elapsed_us == 0
    assert resets(cursor, Slice()) == ()


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ClockError, match="no UTC offset"):
        held_times(store(ONE), Slice(), CALENDARS, datetime(2025, 1, 7))  # noqa: DTZ001


events = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, 40 * 86_400_000_000).map(lambda us: at("06 00:00") + timedelta(microseconds=us)),
        st.integers(1, 10),
        st.sampled_from(["A", "night", None]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(events, st.integers(0, 50).map(lambda days: at("06 00:00") + timedelta(days=days)))
def test_the_parts_add_up_to_the_whole(said: list[tuple[int, datetime, int, str | None]], as_of: datetime) -> None:
    cursor = store(said)
    held = held_times(cursor, Slice(), CALENDARS, as_of)
    for row in held.to_pylist():
        clock = dossier_clock(cursor, UUID(row["dossier"]), CALENDARS, as_of)
        assert clock is not None
        assert clock.accepted_at is not None
        start = min(clock.accepted_at, as_of)
        end = max(min(clock.finished_at or as_of, as_of), start)
        parts = [row[f"{holder}_elapsed_us"] for holder in ("agency", "citizen", "suspended")]
        assert sum(parts) == row["total_elapsed_us"] == (end - start) // timedelta(microseconds=1)
        working = [row[f"{holder}_working_us"] for holder in ("agency", "citizen", "suspended")]
        unit = said_unit(said, UUID(row["dossier"]))
        assert sum(working) == row["total_working_us"]
        assert timedelta(microseconds=row["total_working_us"]) == CALENDARS.of(unit).between(start, end)
        assert working == [clock.held[holder].working_us for holder in ("agency", "citizen", "suspended")]


def said_unit(said: list[tuple[int, datetime, int, str | None]], dossier: UUID) -> str | None:
    """The first unit that the events of a dossier name, in the order in which they happened."""
    own = sorted(
        (event[1], str(number), event[3]) for number, event in enumerate(said) if event[0] == dossier.int and event[3]
    )
    return own[0][2] if own else None
