"""On time by the three conventions: cases by hand, random logs beside a naive judgement of one dossier."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from mining.clocks.clock import Calendars, resets
from mining.clocks.due_rules import OwnedRules
from mining.clocks.on_time import Counts, on_time, on_time_dossiers
from mining.clocks.verdict import OnTimeError, OnTimeQuestion
from mining.derive import prepare, refresh
from mining.slice import Slice
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

ROOT = Path(__file__).parents[2]
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = WorkingTime.of(public_sector())
CALENDARS = Calendars(OFFICE)
INSTANT = pa.timestamp("us", "UTC")


def at(text: str) -> datetime:
    """Read `03 10:00` as that time of March 2025 in Viet Nam; the 3rd is a Monday."""
    return datetime.fromisoformat(f"2025-03-{text}").replace(tzinfo=VIETNAM)


class Event(NamedTuple):
    """An event of a dossier; what is not said is None."""

    dossier: int
    at: datetime
    status: int | None = None
    due: datetime | None = None
    lifecycle: str = "complete"
    apology: bool | None = None
    unit: str | None = "U"
    procedure: str | None = "1.000001"
    channel: str | None = "online"


def store(events: list[Event]) -> duckdb.DuckDBPyConnection:
    """A store in which these events are derived, with one approved process: 3 working days for 1.000001."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql"):
        cursor.execute((ROOT / "ingest" / name).read_text())
    cursor.execute(
        "INSERT INTO approved_process VALUES ('k', '1.000001', NULL, NULL, '1', 'QD 1', '2020-01-01', NULL,"
        " 3, 'working_days', 24, 24, [])"
    )
    prepare(cursor)
    columns = {
        "event_no": range(1, len(events) + 1),
        "event_key": [0] * len(events),
        "source": ["test"] * len(events),
        "event_id": [f"{number:03d}" for number in range(len(events))],
        "kind": ["status"] * len(events),
        "dossier": [str(UUID(int=event.dossier)) for event in events],
        "occurred_at": pa.array([event.at for event in events], INSTANT),
        "due_at": pa.array([event.due for event in events], INSTANT),
        "status": pa.array([event.status for event in events], pa.int8()),
        "apology": pa.array([event.apology for event in events], pa.bool_()),
        "received_at": [datetime.now(UTC)] * len(events),
        **{name: pa.array([getattr(event, name) for event in events], pa.string()) for name in _SAME},
    }
    cursor.register("incoming", pa.table(columns))
    cursor.execute("INSERT INTO event BY NAME SELECT * FROM incoming")
    cursor.unregister("incoming")
    refresh(cursor)
    return cursor


_SAME = ("lifecycle", "unit", "procedure", "channel")

DUE = at("10 10:00")
AS_OF = at("12 00:00")
CASES = {
    "a day early": ([(2, "03 10:00"), (9, "07 10:00")], "early early on_time"),
    "an hour early": ([(2, "03 10:00"), (9, "10 09:00")], "on_time early on_time"),
    "to the instant": ([(2, "03 10:00"), (9, "10 10:00")], "on_time on_time on_time"),
    "an hour late": ([(2, "03 10:00"), (9, "10 11:00")], "on_time late late"),
    "a day late": ([(2, "03 10:00"), (9, "11 09:00")], "late late late"),
    "the pick-up does not count": ([(2, "03 10:00"), (9, "07 10:00"), (10, "11 10:00")], "early early on_time"),
    "late, but for the wait": (
        [(2, "03 10:00"), (5, "04 10:00"), (4, "05 10:00"), (9, "11 09:00")],
        "late late on_time",
    ),
    "later than the wait explains": (
        [(2, "03 10:00"), (5, "04 10:00"), (4, "05 10:00"), (9, "11 10:01")],
        "late late late",
    ),
    "a second request for papers": (
        [(2, "03 10:00"), (5, "04 10:00"), (4, "04 11:00"), (5, "05 10:00"), (4, "05 11:00"), (9, "07 10:00")],
        "early early late",
    ),
    "withdrawn": ([(2, "03 10:00"), (7, "11 10:00")], "on_time - -"),
    "refused": ([(1, "03 10:00"), (3, "11 10:00")], "- - -"),
    "only submitted": ([(1, "03 10:00")], "- - -"),
    "running and due": ([(2, "03 10:00")], "overdue overdue overdue"),
    "finished after the period": ([(2, "03 10:00"), (9, "12 10:00")], "overdue overdue overdue"),
    "accepted after the period": ([(2, "12 10:00")], "- - -"),
}


@pytest.mark.parametrize("name", CASES)
def test_verdicts(name: str) -> None:
    turns, expected = CASES[name]
    cursor = store([Event(1, at(text), status, DUE) for status, text in turns])
    found = []
    for convention in ("A", "B", "C"):
        question = OnTimeQuestion(as_of=AS_OF, convention=convention)
        found += on_time_dossiers(cursor, question, CALENDARS, "log_based")["verdict"].to_pylist() or ["-"]
    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("10 09:00", "within within within"),
        ("10 11:00", "within overdue overdue"),  # by date it is due today
        ("11 00:00", "within overdue overdue"),  # the period ends with the 10th
        ("11 00:01", "overdue overdue overdue"),
    ],
)
def test_running_dossiers(as_of: str, expected: str) -> None:
    cursor = store([Event(1, at("03 10:00"), 2, DUE)])
    questions = [OnTimeQuestion(as_of=at(as_of), convention=convention) for convention in ("A", "B", "C")]
    found = [on_time_dossiers(cursor, one, CALENDARS, "reported")["verdict"][0].as_py() for one in questions]
    assert " ".join(found) == expected


def test_without_a_due_date_nothing_is_late() -> None:
    cursor = store([Event(1, at("03 10:00"), 2), Event(1, at("31 10:00"), 9), Event(2, at("03 10:00"), 2)])
    row = on_time(cursor, OnTimeQuestion(as_of=at("31 20:00")), CALENDARS).rows[0]
    assert row.log_based == row.reported == Counts("A", on_time=1, within=1, without_due=2)


RESET = [
    Event(1, at("03 10:00"), 2, at("05 10:00")),
    Event(1, at("05 09:00"), None, at("20 10:00"), "reset-due"),
    Event(1, at("07 10:00"), 9),
    Event(2, at("03 10:00"), 2, at("05 10:00")),
    Event(2, at("07 10:00"), 9),
    Event(2, at("07 11:00"), None, None, "reset-finish"),
]


def test_reported_honours_resets_and_log_based_does_not() -> None:
    question = OnTimeQuestion(as_of=at("31 00:00"), rules=OwnedRules())
    row = on_time(store(RESET), question, CALENDARS).rows[0]
    assert row.reported == Counts("A", early=1, on_time=1)
    assert row.log_based == Counts("A", late=2)
    assert row.computed == Counts("A", late=2)  # Monday + 3 working days = Thursday the 6th
    assert (row.reported.on_time_share, row.log_based.on_time_share) == (1.0, 0.0)


def test_resets_are_listed_with_when_and_who() -> None:
    listed = [(one.dossier.int, one.kind, one.said_at, one.unit, one.due_at) for one in resets(store(RESET), Slice())]
    assert listed == [
        (1, "reset-due", at("05 09:00"), "U", at("20 10:00")),
        (2, "reset-finish", at("07 11:00"), "U", at("05 10:00")),
    ]


def test_computed_due_dates_know_only_dossiers_with_an_approved_process() -> None:
    events = [Event(1, at("03 10:00"), 2), Event(2, at("03 10:00"), 2, procedure="9.999999")]
    question = OnTimeQuestion(as_of=at("05 11:00"), rules=OwnedRules())
    found = on_time_dossiers(store(events), question, CALENDARS, "computed")
    assert found["due_at"].to_pylist() == [at("06 10:00"), None]
    assert found["due_soon"].to_pylist() == [True, False]


def test_by_group_and_the_dossiers_behind_a_figure() -> None:
    events = [
        Event(1, at("03 10:00"), 2, DUE, unit="U"),
        Event(1, at("04 10:00"), 9),
        Event(2, at("03 10:00"), 2, DUE, unit="V", channel=None),
        Event(3, at("03 10:00"), 2, at("12 20:00"), unit="V", channel=None),
    ]
    cursor = store(events)
    question = OnTimeQuestion(as_of=AS_OF, by=("unit", "channel", "month"))
    found = {tuple(row.group.values()): row.log_based for row in on_time(cursor, question, CALENDARS).rows}
    assert found == {
        ("U", "online", "2025-03"): Counts("A", early=1),
        ("V", None, "2025-03"): Counts("A", within=1, overdue=1, due_soon=1),
    }
    group = {"unit": "V", "channel": None}
    behind = on_time_dossiers(cursor, question, CALENDARS, "log_based", group=group, verdict="overdue")
    assert behind["dossier"].to_pylist() == [str(UUID(int=2))]
    soon = on_time_dossiers(cursor, question, CALENDARS, "reported", verdict="due_soon")
    assert soon["dossier"].to_pylist() == [str(UUID(int=3))]
    of_u = OnTimeQuestion(as_of=AS_OF, chosen=Slice(unit="U"))
    assert on_time(cursor, of_u, CALENDARS).rows[0].reported == Counts("A", early=1)


def test_only_what_was_finished_in_the_period_counts_as_finished() -> None:
    events = [Event(1, at("03 10:00"), 2, DUE), Event(1, at("04 10:00"), 9), Event(2, at("03 10:00"), 2, DUE)]
    question = OnTimeQuestion(finished_from=at("05 00:00"), as_of=at("06 00:00"))
    assert on_time(store(events), question, CALENDARS).rows[0].reported == Counts("A", within=1)


def test_an_apology_counts_a_day_before_the_due_date() -> None:
    events = [
        Event(1, at("03 10:00"), 2, DUE),
        Event(1, at("09 10:00"), apology=True),
        Event(2, at("03 10:00"), 2, DUE),
        Event(2, at("09 10:01"), apology=True),
        Event(3, at("03 10:00"), 2, DUE),
        Event(3, at("04 10:00"), apology=True),
        Event(3, at("05 10:00"), 9),
    ]
    counts = on_time(store(events), OnTimeQuestion(as_of=AS_OF), CALENDARS).rows[0].log_based
    assert (counts.late_with_apology, counts.overdue, counts.apology_share) == (1, 2, 0.5)


def test_nothing_has_no_share() -> None:
    row = on_time(store([]), OnTimeQuestion(as_of=AS_OF), CALENDARS).rows
    assert all(one.reported == Counts("A") for one in row)
    assert (Counts("C").on_time_share, Counts("C").apology_share) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"by": ("officer",)}, "'officer' is nothing to group by"),
        ({"convention": "D"}, "write A, B or C"),
        ({"finished_from": AS_OF}, "is empty"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(OnTimeError, match=message):
        OnTimeQuestion(as_of=AS_OF, **wrong)


def test_a_basis_or_verdict_that_is_not_there_is_refused() -> None:
    cursor, question = store([]), OnTimeQuestion(as_of=AS_OF)
    with pytest.raises(OnTimeError, match="write reported or log_based"):
        on_time_dossiers(cursor, question, CALENDARS, "computed")
    with pytest.raises(OnTimeError, match="the verdict 'good' is not known"):
        on_time_dossiers(cursor, question, CALENDARS, "reported", verdict="good")


def judge(convention: str, events: list[Event], as_of: datetime) -> str | None:
    """Judge one dossier with statuses 2 first and 9 last, whose first promise counts, the slow and obvious way."""
    due = next((event.due for event in events if event.due), None)
    finish = next((event.at for event in events if event.status == 9), None)
    requests = sum(event.status == 5 for event in events)
    if events[0].at >= as_of:
        return None
    if convention == "C":
        for begin, ends_at in zip(events, [*(one.at for one in events[1:]), as_of], strict=True):
            if due and begin.status == 5 and begin.at < min(due, as_of):
                due = OFFICE.add(due, OFFICE.between(begin.at, min(ends_at, as_of)))
    if finish and finish < as_of:
        if convention == "C":
            return "late" if requests > 1 or (due and finish > due) else "on_time"
        if not due:
            return "on_time"
        one, other = (finish, due) if convention == "B" else (day(finish), day(due))
        return "early" if one < other else "on_time" if one == other else "late"
    if convention == "C" and requests > 1:
        return "overdue"
    if not due:
        return "within"
    good = day(due) >= day(as_of - timedelta(microseconds=1)) if convention == "A" else due >= as_of
    return "within" if good else "overdue"


def day(moment: datetime) -> Any:
    return moment.astimezone(VIETNAM).date()


moments = st.integers(0, 20 * 48).map(lambda half: at("03 00:00") + timedelta(minutes=30 * half))


@st.composite
def dossiers(draw: st.DrawFn) -> list[list[Event]]:
    """Dossiers that are accepted, wait up to twice for papers, and may be finished."""
    drawn = []
    for number in range(draw(st.integers(1, 6))):
        times = sorted(draw(st.sets(moments, min_size=1, max_size=6)))
        due = draw(st.none() | moments)
        statuses = [2, *([5, 4] * 3)[: len(times) - 1]]
        if draw(st.booleans()) and len(times) > 1:
            statuses[-1] = 9
        unit = draw(st.sampled_from(["U", "V"]))
        drawn.append([Event(number, moment, one, due, unit=unit) for moment, one in zip(times, statuses, strict=True)])
    return drawn


@settings(max_examples=30, deadline=None)
@given(dossiers(), moments, st.sampled_from("ABC"))
def test_verdicts_of_random_logs_and_the_identities_of_the_form(
    drawn: list[list[Event]], as_of: datetime, convention: Any
) -> None:
    cursor = store([event for events in drawn for event in events])
    question = OnTimeQuestion(as_of=as_of, convention=convention, by=("unit",), rules=OwnedRules())
    found = on_time_dossiers(cursor, question, CALENDARS, "log_based")
    naive = {str(UUID(int=events[0].dossier)): judge(convention, events, as_of) for events in drawn}
    expected = {dossier: verdict for dossier, verdict in naive.items() if verdict}
    assert dict(zip(found["dossier"].to_pylist(), found["verdict"].to_pylist(), strict=True)) == expected
    report = on_time(cursor, question, CALENDARS)
    finished = sum(verdict in ("early", "on_time", "late") for verdict in expected.values())
    for basis in ("reported", "log_based", "computed"):
        counts = [getattr(row, basis) for row in report.rows]
        assert sum(one.early + one.on_time + one.late for one in counts) == finished
        assert sum(one.within + one.overdue for one in counts) == len(expected) - finished
    for row in report.rows:
        for verdict in ("early", "on_time", "late", "within", "overdue", "due_soon"):
            behind = on_time_dossiers(cursor, question, CALENDARS, "log_based", group=row.group, verdict=verdict)
            assert behind.num_rows == getattr(row.log_based, verdict)
