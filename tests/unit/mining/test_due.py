"""Due dates of the dossiers of a store: which limit, whose calendar, which stops."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from mining.clocks.clock import Calendars, dossier_clock
from mining.clocks.due import computed_due, due_dates
from mining.clocks.due_rules import DueError, DueRules, OwnedRules
from mining.derive import prepare, refresh
from mining.slice import Slice
from mining.working_time.calendar import Calendar, Slot
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

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


def found(cursor: duckdb.DuckDBPyConnection, rules: DueRules | OwnedRules, as_of: str) -> dict[int, tuple[str, str]]:
    """The process and the local due date of each dossier."""
    owned = rules if isinstance(rules, OwnedRules) else OwnedRules(rules)
    table = due_dates(cursor, Slice(), CALENDARS, owned, at(as_of))
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


def test_each_owner_computes_by_its_own_rules(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        "INSERT INTO approved_process SELECT * REPLACE ('e' AS process_key, '1.000001.H29' AS procedure) "
        "FROM approved_process WHERE process_key = 'b'"
    )
    rules = OwnedRules(DueRules(), {"H29": DueRules(cutoff=time(15)), "H51": DueRules(cutoff=time(9))})
    arrive(
        cursor,
        [
            (1, "03 15:30", 2, "1.000001.H29", None, "U"),
            (2, "03 15:30", 2, "1.000001", None, "U"),
            (3, "03 15:30", 2, "1.000001", None, "H29.1.2"),
            (4, "03 10:00", 2, "1.000001.000.00.00.H29", None, "000.18.29.H51"),
            (5, "03 10:00", 2, "1.000001", None, "000.18.29.H51"),
            (6, "03 10:00", 2, "1.000001", None, "H30.1"),
        ],
    )
    after = ("06 07:00", "05 15:30", "06 07:00", "05 10:00", "06 07:00", "05 10:00")
    expected = {number: ("e" if number in (1, 4) else "b", due) for number, due in enumerate(after, 1)}
    assert found(cursor, rules, "31 00:00") == expected


def test_the_due_date_of_one_dossier_says_what_it_rests_on(cursor: duckdb.DuckDBPyConnection) -> None:
    turns = [("03 10:00", 2), ("03 16:00", 5), ("04 08:00", 4)]
    arrive(cursor, [(1, moment, status, "1.000001", "online", "H29.1") for moment, status in turns])
    rules = OwnedRules(of_owner={"H29": DueRules(policy="restart")})
    whole = found(cursor, rules, "31 00:00")[1]
    clock = dossier_clock(cursor, UUID(int=1), CALENDARS, at("31 00:00"))
    assert clock is not None
    due = computed_due(cursor, clock, CALENDARS, rules, at("31 00:00"))
    assert due is not None
    assert due.due_at is not None
    assert whole == ("a", f"{due.due_at.astimezone(VIETNAM):%d %H:%M}") == ("a", "05 08:00")
    assert (due.limit_amount, due.limit_unit, due.process_version, due.decision) == (8, "hours", "1", "QD")
    assert (due.owner, due.rules.policy, due.problem) == ("H29", "restart", None)


def test_a_dossier_without_a_limit_has_no_computed_date(cursor: duckdb.DuckDBPyConnection) -> None:
    arrive(cursor, [(1, "03 10:00", 2, "1.000003", None, None), (2, "03 10:00", 1, "1.000001", None, None)])
    for number in (1, 2):
        clock = dossier_clock(cursor, UUID(int=number), CALENDARS, at("31 00:00"))
        assert clock is not None
        assert computed_due(cursor, clock, CALENDARS, OwnedRules(), at("31 00:00")) is None


def test_a_limit_that_no_calendar_covers_is_a_problem_of_its_dossier(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("UPDATE approved_process SET limit_amount = 99999 WHERE process_key = 'd'")
    arrive(cursor, [(1, "03 10:00", 2, "1.000002", None, None)])
    clock = dossier_clock(cursor, UUID(int=1), CALENDARS, at("31 00:00"))
    assert clock is not None
    due = computed_due(cursor, clock, CALENDARS, OwnedRules(), at("31 00:00"))
    assert due is not None
    assert due.due_at is None
    assert "a term runs outside what calendar public-sector covers" in (due.problem or "")
    with pytest.raises(DueError, match=r"covers.*\(the greatest limit is 99999 calendar_days of d\)"):
        due_dates(cursor, Slice(), CALENDARS, OwnedRules(), at("31 00:00"))


def test_nothing_accepted_has_no_due_dates(cursor: duckdb.DuckDBPyConnection) -> None:
    assert due_dates(cursor, Slice(), CALENDARS, OwnedRules(), at("31 00:00")).num_rows == 0
