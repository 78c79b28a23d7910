"""Verdicts by field: what the catalogue says of procedures, and a store that has no catalogue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa
import pytest

from mining.clocks.clock import Calendars
from mining.clocks.due_rules import OwnedRules
from mining.clocks.on_time import due_soon, on_time, on_time_dossiers
from mining.clocks.verdict import OnTimeError, OnTimeQuestion
from mining.derive import prepare, refresh
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

INGEST = Path(__file__).parents[3] / "ingest"
CALENDARS = Calendars(WorkingTime.of(public_sector()))
START = datetime(2025, 3, 3, 1, tzinfo=UTC)
FIELDS = (("1.000001", "X"), ("1.000001.H29", "Y"), ("1.000002.H29", "Z"), ("1.000003", None))
PROCEDURES = ("1.000001.000.00.00.H29", "1.000001.H30", "1.000001", "1.000002", "1.000002.H30", "1.000003", "unknown")


def store(procedures: tuple[str, ...], *, catalogue: bool = True) -> duckdb.DuckDBPyConnection:
    """A store of a running dossier per procedure, due in 5, 10, 15, ... hours after START."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql")[: 1 + catalogue]:
        cursor.execute((INGEST / name).read_text())
    prepare(cursor)
    if catalogue:
        cursor.executemany(
            "INSERT INTO known_procedure VALUES (?, ?, ?, ?, NULL, false, [])",
            [(f"procedure:{code}", code, code, field) for code, field in FIELDS],
        )
    count = len(procedures)
    columns = {
        "event_no": range(1, count + 1),
        "event_key": [0] * count,
        "source": ["test"] * count,
        "event_id": [str(number) for number in range(count)],
        "kind": ["status"] * count,
        "dossier": [str(UUID(int=number)) for number in range(count)],
        "occurred_at": pa.array([START] * count, pa.timestamp("us", "UTC")),
        "due_at": pa.array([START + timedelta(hours=5 * n) for n in range(1, count + 1)], pa.timestamp("us", "UTC")),
        "status": [2] * count,
        "procedure": list(procedures),
        "lifecycle": ["complete"] * count,
        "received_at": [datetime.now(UTC)] * count,
    }
    cursor.register("incoming", pa.table(columns))
    cursor.execute("INSERT INTO event BY NAME SELECT * FROM incoming")
    refresh(cursor)
    return cursor


QUESTION = OnTimeQuestion(as_of=START + timedelta(hours=1), convention="B")


def test_the_field_is_that_of_the_same_owner_before_that_of_none() -> None:
    found = on_time_dossiers(store(PROCEDURES), QUESTION, CALENDARS, "reported")
    fields = dict(zip(found["procedure"].to_pylist(), found["field"].to_pylist(), strict=True))
    assert fields == dict(zip(PROCEDURES, ("Y", "X", "X", "Z", None, None, None), strict=True))


def test_groups_and_filters_by_field_agree_with_the_dossiers_behind_them() -> None:
    cursor = store(PROCEDURES)
    by_field = OnTimeQuestion(as_of=QUESTION.as_of, by=("field",))
    counted = {row.group["field"]: row.reported.running for row in on_time(cursor, by_field, CALENDARS).rows}
    assert counted == {"X": 2, "Y": 1, "Z": 1, None: 3}
    for field, running in counted.items():
        behind = on_time_dossiers(cursor, QUESTION, CALENDARS, "reported", group={"field": field})
        assert behind.num_rows == running
        chosen = OnTimeQuestion(as_of=QUESTION.as_of, field=field)
        assert on_time(cursor, chosen, CALENDARS).rows[0].reported.running == (running if field else len(PROCEDURES))


def test_without_a_catalogue_no_field_is_known() -> None:
    cursor = store(PROCEDURES, catalogue=False)
    (row,) = on_time(cursor, OnTimeQuestion(as_of=QUESTION.as_of, by=("field",)), CALENDARS).rows
    assert (row.group, row.reported.running, row.computed) == ({"field": None}, len(PROCEDURES), None)


def test_nothing_has_no_field() -> None:
    assert on_time(store(()), OnTimeQuestion(as_of=QUESTION.as_of, by=("field",)), CALENDARS).rows == ()


def test_computed_figures_are_left_out_where_the_catalogue_has_no_limit() -> None:
    cursor = store(("1.000001", "1.000002", "1.000003"))
    cursor.execute(
        "INSERT INTO approved_process VALUES ('k', '1.000001', NULL, NULL, '1', 'QD', '2020-01-01', NULL,"
        " 3, 'working_days', 24, 24, [])"
    )
    question = OnTimeQuestion(as_of=QUESTION.as_of, by=("procedure",), rules=OwnedRules())
    report = on_time(cursor, question, CALENDARS)
    assert [row.computed and row.computed.within for row in report.rows] == [1, None, None]
    cursor.execute("UPDATE approved_process SET limit_amount = 99998")
    report = on_time(cursor, question, CALENDARS)
    assert [row.computed for row in report.rows] == [None] * 3
    assert "the greatest limit is 99998 working_days of k" in (report.computed_problem or "")
    assert [row.log_based.within for row in report.rows] == [1] * 3


def test_what_is_due_soon_comes_with_the_time_that_is_left() -> None:
    found = due_soon(store(PROCEDURES), QUESTION, CALENDARS, "log_based").to_pylist()
    hours = [(row["remaining_us"] / 3.6e9, row["remaining_working_us"] / 3.6e9) for row in found]
    # Monday 09:00 in Viet Nam; due at 13:00, 18:00, 23:00, then on Tuesday at 04:00 and 09:00, 25 hours later too late
    assert hours == [(4, 2.5), (9, 6), (14, 6), (19, 6), (24, 8)]


def test_a_computed_basis_needs_rules() -> None:
    with pytest.raises(OnTimeError, match="give rules to compute by"):
        due_soon(store(()), QUESTION, CALENDARS, "computed")
