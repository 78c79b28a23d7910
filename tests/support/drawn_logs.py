"""Stores of logs that are drawn as text, with everything that an event can say, for rules and for integrity."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from mining.clocks.clock import Calendars
from mining.derive import prepare, refresh
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

ROOT = Path(__file__).parents[2]
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDARS = Calendars(WorkingTime.of(public_sector()))

_INSTANT = pa.timestamp("us", "UTC")
_TIMES = ("started", "due", "received")
_FLAGS = ("digitised_input", "e_signed", "e_result", "apology")
_TEXTS = ("procedure", "unit", "role", "step", "channel", "source", "source_system", "lifecycle")


def at(text: str) -> datetime:
    """Read `03T10:00` or `03T10:00:30` as that time of March 2025 in Viet Nam (the 3rd is a Monday); or a full time."""
    full = text if len(text) > len("03T10:00:30") else f"2025-03-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=VIETNAM)


def identity(name: str) -> UUID:
    """Stand in for the keyed hash of a name: a UUID with the name in it."""
    return UUID(bytes=name.encode()[:16].rjust(16, b"\0"))


def name_of(dossier: str) -> str:
    """Return the name in such a UUID."""
    return UUID(dossier).bytes.lstrip(b"\0").decode()


def empty_store() -> duckdb.DuckDBPyConnection:
    """Return a store without events, with the tables of ingest, of the catalogue and of mining."""
    cursor = duckdb.connect()
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql"):
        cursor.execute((ROOT / "ingest" / name).read_text(encoding="utf-8"))
    prepare(cursor)
    return cursor


def drawn(drawing: str, **everywhere: str) -> duckdb.DuckDBPyConnection:
    """Return a store in which a drawn log is derived.

    A line is `dossier time activity key=value ...`: the activity with _ for spaces, - for none; keys are status,
    officer, those of _TEXTS and _TIMES, and flags as yes or no. `everywhere` holds for lines that say nothing else.
    """
    events = []
    for line in filter(None, map(str.strip, drawing.splitlines())):
        dossier, happened, activity, *words = line.split()
        said = everywhere | dict(word.split("=", 1) for word in words)
        events.append({"dossier": dossier, "at": happened, "activity": activity, **said})
    return stored(events)


def stored(events: list[Mapping[str, str]]) -> duckdb.DuckDBPyConnection:
    """Return a store with events given by the words of a drawing, in the order of arrival."""
    cursor = empty_store()
    columns: dict[str, Any] = {
        "event_no": range(1, len(events) + 1),
        "event_key": range(1, len(events) + 1),
        "event_id": [f"{number:06d}" for number in range(len(events))],
        "kind": ["step"] * len(events),
        "dossier": [str(identity(event["dossier"])) for event in events],
        "occurred_at": pa.array([at(event["at"]) for event in events], _INSTANT),
        "activity": [None if event["activity"] == "-" else event["activity"].replace("_", " ") for event in events],
        "officer": [str(identity(event["officer"])) if "officer" in event else None for event in events],
        "status": pa.array([int(event["status"]) if "status" in event else None for event in events], pa.int8()),
    }
    for name in _TIMES:
        times = [at(event[name]) if name in event else None for event in events]
        columns[f"{name}_at"] = pa.array(times, _INSTANT)
    for name in _FLAGS:
        columns[name] = pa.array([event[name] == "yes" if name in event else None for event in events], pa.bool_())
    for name in _TEXTS:
        columns[name] = pa.array([event.get(name, _MISSING.get(name)) for event in events], pa.string())
    append(cursor, pa.table(columns))
    return cursor


def append(cursor: duckdb.DuckDBPyConnection, events: pa.Table) -> None:
    """Append events given as columns of the table `event` and derive; without receipt they came at once."""
    cursor.register("incoming", events)
    cursor.execute(_APPEND)
    cursor.unregister("incoming")
    refresh(cursor)


_MISSING = {"procedure": "1.000001", "unit": "U", "source": "test", "lifecycle": "complete"}

_APPEND = """
INSERT INTO event BY NAME
SELECT * REPLACE (coalesce(received_at, occurred_at) AS received_at) FROM incoming
"""


def minutes_after(text: str, minutes: float) -> str:
    """Return the time that is so many minutes after a drawn one, written in full."""
    return (at(text) + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat()
