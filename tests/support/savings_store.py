"""Stores with an approved catalogue and many handled dossiers, to ask for what was saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from drawn_logs import append, empty_store
from mining.clocks.clock import Calendars
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDARS = Calendars(WorkingTime.of(public_sector()))
_INSTANT = pa.timestamp("us", "UTC")

_PROCESS = """
INSERT INTO approved_process BY NAME
SELECT
    procedure || '/' || coalesce(case_variant, '') || '/' || coalesce(channel, '') || '/' || version AS process_key,
    * EXCLUDE (warning), 'QĐ ' || version AS decision, 0 AS step_hours,
    CASE WHEN warning IS NULL THEN [] ELSE [warning] END AS warnings
FROM said
"""
_PROCEDURE = """
INSERT INTO known_procedure
SELECT 'procedure:' || code, code, code, field, NULL, false, [] FROM said
"""
_UNITS = """
INSERT INTO catalogue_entry
SELECT row_number() OVER (), 'unit', 'unit:' || code, content, 'test', [], TIMESTAMPTZ '2020-01-01' FROM said
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An approved process: days are ISO dates, the unit of the limit working_days unless said."""

    procedure: str = "1.000001"
    case_variant: str | None = None
    channel: str | None = None
    version: str = "1"
    effective_from: str = "2020-01-01"
    effective_to: str | None = None
    limit_amount: float = 10.0
    limit_unit: str = "working_days"
    warning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dossier that is accepted at a time of Viet Nam and takes so many working hours; `end` is its last status."""

    accepted: str
    hours: float
    procedure: str = "1.000001"
    channel: str = "counter"
    unit: str = "A"
    end: int = 9


def catalogue(versions: Sequence[Version], fields: dict[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """Return a store without events in which these processes are approved, and procedures of these fields known."""
    cursor = empty_store()
    columns = {
        name: [getattr(one, name) for one in versions]
        for name in ("procedure", "case_variant", "channel", "version", "limit_amount", "limit_unit", "warning")
    }
    arrays = {name: pa.array(values) for name, values in columns.items()}
    for name in ("case_variant", "channel", "warning"):
        arrays[name] = pa.array(columns[name], pa.string())
    for name in ("effective_from", "effective_to"):
        days = [getattr(one, name) for one in versions]
        arrays[name] = pa.array([day and date.fromisoformat(day) for day in days], pa.date32())
    _insert(cursor, _PROCESS, pa.table(arrays))
    known = fields or {}
    _insert(cursor, _PROCEDURE, pa.table({"code": [*known], "field": pa.array([*known.values()], pa.string())}))
    return cursor


def state_units(cursor: duckdb.DuckDBPyConnection, units: dict[str, str]) -> None:
    """State units in the catalogue: the content of each entry as JSON, by code."""
    _insert(cursor, _UNITS, pa.table({"code": [*units], "content": [*units.values()]}))


def handle(cursor: duckdb.DuckDBPyConnection, dossiers: Sequence[Dossier]) -> None:
    """Store and derive the acceptance and the end of dossiers, numbered from 1."""
    accepted = [datetime.fromisoformat(one.accepted).replace(tzinfo=VIETNAM) for one in dossiers]
    ended = [CALENDARS.default.add(at, timedelta(hours=one.hours)) for at, one in zip(accepted, dossiers, strict=True)]
    both = [*dossiers, *dossiers]
    statuses = [2] * len(dossiers) + [one.end for one in dossiers]
    numbers = [*range(1, len(dossiers) + 1)] * 2
    table = pa.table(
        {
            "event_no": range(1, len(both) + 1),
            "event_key": range(1, len(both) + 1),
            "source": ["test"] * len(both),
            "event_id": [f"{number:07d}" for number in range(len(both))],
            "kind": ["step"] * len(both),
            "dossier": [str(UUID(int=number)) for number in numbers],
            "occurred_at": pa.array([*accepted, *ended], _INSTANT),
            "lifecycle": ["complete"] * len(both),
            "status": pa.array(statuses, pa.int8()),
            "activity": ["Tiếp nhận"] * len(dossiers) + ["Kết thúc"] * len(dossiers),
            "procedure": [one.procedure for one in both],
            "channel": [one.channel for one in both],
            "unit": [one.unit for one in both],
            "received_at": pa.array([*accepted, *ended], _INSTANT),
        }
    )
    append(cursor, table)


def lasting(start: str, days: int, hours: float, each: int = 3, seed: int = 1, **said: str) -> list[Dossier]:
    """Return `each` dossiers a day for so many days, that take `hours` on average."""
    dice = np.random.default_rng(seed)
    first = datetime.fromisoformat(start)
    return [
        Dossier(accepted=(first + timedelta(days=day, hours=8 + n)).isoformat(), hours=taken, **said)
        for day in range(days)
        for n, taken in enumerate((hours * dice.uniform(0.6, 1.4, each)).tolist())
    ]


def _insert(cursor: duckdb.DuckDBPyConnection, statement: str, said: pa.Table) -> None:
    cursor.register("said", said)
    cursor.execute(statement)
    cursor.unregister("said")
