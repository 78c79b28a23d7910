"""Changes of promised dates, by the unit that made them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pytest

from mining.clocks.clock import resets
from mining.clocks.resets import ResetError, ResetQuestion, changed_dates, changes_by_unit
from mining.derive import prepare, refresh
from mining.slice import Slice

SCHEMA = Path(__file__).parents[3] / "ingest" / "schema.sql"
START = datetime(2025, 3, 3, tzinfo=UTC)
Said = tuple[int, int, str, int | None, str | None]


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def store(*said: Said) -> duckdb.DuckDBPyConnection:
    """A store of events (dossier, hour, lifecycle, hour of the due date, unit); dossiers above 9 are of procedure 2."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(SCHEMA.read_text())
    prepare(cursor)
    columns: dict[str, Any] = {
        "event_no": range(1, len(said) + 1),
        "event_key": [0] * len(said),
        "source": ["test"] * len(said),
        "event_id": [str(number) for number in range(len(said))],
        "kind": ["status"] * len(said),
        "dossier": [str(UUID(int=one[0])) for one in said],
        "procedure": ["2" if one[0] > 9 else "1" for one in said],
        "occurred_at": [at(one[1]) for one in said],
        "lifecycle": [one[2] for one in said],
        "due_at": pa.array([None if one[3] is None else at(one[3]) for one in said], pa.timestamp("us", "UTC")),
        "unit": pa.array([one[4] for one in said], pa.string()),
        "status": pa.array([2 if one[2] == "complete" else None for one in said], pa.int8()),
        "received_at": [START] * len(said),
    }
    cursor.register("incoming", pa.table(columns))
    cursor.execute("INSERT INTO event BY NAME SELECT * FROM incoming")
    refresh(cursor)
    return cursor


LOG: tuple[Said, ...] = (
    (1, 0, "complete", 50, "A"),
    (1, 10, "reset-due", 60, "B"),
    (1, 20, "reset-due", 70, "B"),
    (1, 80, "reset-finish", None, "A"),
    (2, 0, "complete", 50, "A"),
    (2, 10, "complete", 55, "A"),
    (10, 30, "complete", 50, "C"),
    (10, 40, "reset-due", 60, None),
)


def by_unit(cursor: duckdb.DuckDBPyConnection, **asked: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in changes_by_unit(cursor, ResetQuestion(**asked)).to_pylist()]


def test_the_changes_of_each_unit_by_kind_the_most_resets_first() -> None:
    cursor = store(*LOG)
    assert changes_by_unit(cursor, ResetQuestion()).column_names == [
        *("unit", "reset_due", "reset_finish", "changed", "dossiers"),
    ]
    assert by_unit(cursor) == [("B", 2, 0, 0, 1), ("A", 0, 1, 1, 2), (None, 1, 0, 0, 1)]
    assert by_unit(cursor, chosen=Slice(procedure="2")) == [(None, 1, 0, 0, 1)]
    assert by_unit(cursor, said_from=at(20), said_to=at(80)) == [("B", 1, 0, 0, 1), (None, 1, 0, 0, 1)]


def test_the_changes_are_those_of_the_clocks_and_add_up() -> None:
    cursor = store(*LOG)
    listed = changed_dates(cursor, ResetQuestion()).to_pylist()
    assert [(UUID(one["dossier"]), one["kind"], one["said_at"]) for one in listed] == [
        (one.dossier, one.kind, one.said_at) for one in resets(cursor, Slice())
    ]
    assert sum(row[1] + row[2] + row[3] for row in by_unit(cursor)) == len(listed) == 5


def test_without_changes_there_are_no_rows() -> None:
    assert by_unit(store((1, 0, "complete", 50, "A"))) == []
    assert by_unit(store()) == []


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ResetError, match="is empty; give it a length"):
        ResetQuestion(said_from=at(5), said_to=at(5))
