"""Due dates of the dossiers of a store: which limit, whose calendar, which stops."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from mining.calendar import Calendar, Slot
from mining.calendar_file import public_sector
from mining.clock import Calendars
from mining.derive import prepare, refresh
from mining.due import DueRules, due_dates
from mining.slice import Slice
from mining.worktime import WorkingTime

ROOT = Path(__file__).parents[3]
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ALWAYS = Calendar(code="always", week=tuple((Slot(0, 1440),) for _ in range(7)))
CALENDARS = Calendars(WorkingTime.of(public_sector()), {"always": WorkingTime.of(ALWAYS)})
PROCESSES = [
    ("a", "1.000001", None, "online", date(2020, 1, 1), 8.0, "hours"),
    ("b", "1.000001", None, None, date(2020, 1, 1), 2.0, "working_days"),
    ("c", "1.000001", None, None, date(2025, 3, 5), 1.0, "working_days"),
    ("d", "1.000002", None, None, date(2020, 1, 1), 3.0, "calendar_days"),
]


def at(text: str) -> datetime:
    """Read `03 10:00` as that time of March 2025 in Viet Nam; the 3rd is a Monday."""
    return datetime.fromisoformat(f"2025-03-{text}").replace(tzinfo=VIETNAM)


Said = tuple[int, str, int, str, str | None, str | None]


@pytest.fixture
def cursor() -> duckdb.DuckDBPyConnection:
    """A store with the approved processes above and no events."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql"):
        cursor.execute((ROOT / "ingest" / name).read_text())
    cursor.executemany(
        "INSERT INTO approved_process VALUES (?, ?, ?, ?, '1', 'QD', ?, NULL, ?, ?, NULL, 0, [])", PROCESSES
    )
    prepare(cursor)
    return cursor


def arrive(cursor: duckdb.DuckDBPyConnection, said: list[Said]) -> None:
    """Store and derive events of (dossier, when, status, procedure, channel, unit)."""
    columns = {
        "event_no": range(1, len(said) + 1),
        "event_key": [0] * len(said),
        "source": ["test"] * len(said),
        "event_id": [str(number) for number in range(len(said))],
        "kind": ["status"] * len(said),
        "dossier": [str(UUID(int=one[0])) for one in said],
        "occurred_at": pa.array([at(one[1]) for one in said], pa.timestamp("us", "UTC")),
        "status": [one[2] for one in said],
        "procedure": [one[3] for one in said],
        "channel": pa.array([one[4] for one in said], pa.string()),
        "unit": pa.array([one[5] for one in said], pa.string()),
        "lifecycle": ["complete"] * len(said),
        "received_at": [datetime.now(UTC)] * len(said),
    }
    cursor.register("incoming", pa.table(columns))
    cursor.execute("INSERT INTO event BY NAME SELECT * FROM incoming")
    refresh(cursor)


def found(cursor: duckdb.DuckDBPyConnection, rules: DueRules, as_of: str) -> dict[int, tuple[str, str]]:
    """The process and the local due date of each dossier."""
    table = due_dates(cursor, Slice(), CALENDARS, rules, at(as_of))
    return {
        UUID(row["dossier"]).int: (row["process_key"], f"{row['computed_due_at'].astimezone(VIETNAM):%d %H:%M}")
        for row in table.to_pylist()
    }


def test_the_limit_is_that_of_the_process_in_force_on_the_day_of_acceptance(cursor: duckdb.DuckDBPyConnection) -> None:
    arrive(
        cursor,
        [
            (1, "03 10:00", 2, "1.000001", "online", None),
            (2, "03 10:00", 2, "1.000001", "counter", None),
            (3, "05 00:30", 2, "1.000001", "counter", None),
            (4, "03 10:00", 2, "1.000002", None, None),
            (5, "03 10:00", 2, "1.000003", None, None),
            (6, "03 10:00", 1, "1.000001", None, None),
        ],
    )
    expected = {1: ("a", "04 10:00"), 2: ("b", "05 10:00"), 3: ("c", "06 07:00"), 4: ("d", "06 23:59")}
    assert found(cursor, DueRules(), "31 00:00") == expected


def test_each_unit_counts_on_its_own_calendar_and_each_dossier_its_own_stops(cursor: duckdb.DuckDBPyConnection) -> None:
    procedure, channel = "1.000001", "online"
    arrive(
        cursor,
        [
            (1, "03 10:00", 2, procedure, channel, "always"),
            (2, "03 10:00", 2, procedure, channel, "office"),
            (2, "03 16:00", 5, procedure, channel, "office"),
            (2, "04 08:00", 4, procedure, channel, "office"),
            (3, "03 10:00", 2, procedure, channel, "always"),
            (3, "03 12:00", 5, procedure, channel, "always"),
            (3, "03 22:00", 4, procedure, channel, "always"),
            (4, "03 10:00", 2, procedure, channel, "office"),
        ],
    )
    extended = {1: ("a", "03 18:00"), 2: ("a", "04 14:00"), 3: ("a", "04 04:00"), 4: ("a", "04 10:00")}
    assert found(cursor, DueRules(), "31 00:00") == extended
    restarted = extended | {2: ("a", "05 08:00"), 3: ("a", "04 06:00")}
    assert found(cursor, DueRules(policy="restart"), "31 00:00") == restarted


def test_a_wait_that_goes_on_moves_the_date_up_to_the_instant_asked(cursor: duckdb.DuckDBPyConnection) -> None:
    arrive(
        cursor,
        [(1, "03 10:00", 2, "1.000001", "online", None), (1, "03 14:00", 5, "1.000001", "online", None)],
    )
    assert found(cursor, DueRules(), "03 13:45") == {1: ("a", "04 10:00")}
    assert found(cursor, DueRules(), "03 16:00") == {1: ("a", "04 14:00")}


def test_nothing_accepted_has_no_due_dates(cursor: duckdb.DuckDBPyConnection) -> None:
    assert due_dates(cursor, Slice(), CALENDARS, DueRules(), at("31 00:00")).num_rows == 0
