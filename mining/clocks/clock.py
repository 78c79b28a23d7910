"""Legal clocks: who held a dossier for how long. Agency, citizen and suspended add up to the whole, exactly.

The stretches are derived with the events (`clock`, `clock_span`, `promise` of `mining/schema.sql`); their working time
is counted when it is asked, so that a changed calendar changes every answer and nothing that is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask, rows
from mining.slice import Slice, scope
from mining.working_time.openings import Microseconds
from mining.working_time.worktime import WorkingTime

HOLDERS = ("agency", "citizen", "suspended")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = pa.timestamp("us", "UTC")


class ClockError(MiningError):
    """A clock was asked for in a way that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The working time of each unit: `of_unit` by the unit's code, `default` for the others and for no unit."""

    default: WorkingTime
    of_unit: Mapping[str, WorkingTime] = field(default_factory=dict)

    def of(self, unit: str | None) -> WorkingTime:
        """Return the working time that holds for a unit."""
        return self.of_unit.get(unit, self.default) if unit is not None else self.default

    @property
    def versions(self) -> tuple[str, ...]:
        """The calendar versions on which figures rest, sorted."""
        return tuple(sorted({self.default.version, *(time.version for time in self.of_unit.values())}))

    def numbered(self, units: pa.ChunkedArray) -> list[tuple[WorkingTime, np.ndarray[Any, np.dtype[np.bool_]]]]:
        """Return each working time that is needed for a column of units, with the mask of its rows."""
        coded = units.combine_chunks().dictionary_encode("encode")
        times = [self.of(unit) for unit in coded.dictionary.to_pylist()]
        codes = np.asarray(coded.indices)
        distinct = {id(time): time for time in times}
        own = np.array([id(time) for time in times], np.uint64)[codes] if len(codes) else np.empty(0, np.uint64)
        return [(time, own == number) for number, time in distinct.items()]


@dataclass(frozen=True, slots=True)
class HeldTime:
    """How long somebody held the clock, in microseconds: by the wall clock, and within office hours."""

    elapsed_us: int
    working_us: int

    @property
    def elapsed_seconds(self) -> float:
        """The elapsed time in seconds."""
        return self.elapsed_us / 1e6

    @property
    def working_seconds(self) -> float:
        """The working time in seconds."""
        return self.working_us / 1e6


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clock (UTC); `to_at` is None while it goes on, and its time is then that until `as_of`."""

    holder: str
    state: str
    from_at: datetime
    to_at: datetime | None
    time: HeldTime


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised date (UTC): `first`, `changed`, `reset-due` or `reset-finish`; `unit` is who said it."""

    dossier: UUID
    kind: str
    said_at: datetime
    unit: str | None
    due_at: datetime
    previous_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DossierClock:
    """The clock of one dossier as a timeline (UTC); `finish_kind` is explained in `mining/schema.sql`."""

    dossier: UUID
    submitted_at: datetime | None
    accepted_at: datetime | None
    finished_at: datetime | None
    finish_kind: str
    returned_at: datetime | None
    status_known: bool
    supplements: int
    reopenings: int
    promised_due_at: datetime | None
    reported_due_at: datetime | None
    reported_finished_at: datetime | None
    apologised_at: datetime | None
    spans: tuple[Span, ...]
    promises: tuple[Promise, ...]
    held: Mapping[str, HeldTime]
    calendar_version: str


def dossier_clock(
    cursor: duckdb.DuckDBPyConnection, dossier: UUID, calendars: Calendars, as_of: datetime
) -> DossierClock | None:
    """Return the clock of a dossier up to `as_of` where it runs, or None for a dossier that is not known."""
    named = {"dossier": dossier}
    known = rows(cursor, "clock_row", named)
    if not known:
        return None
    row = known[0]
    time = calendars.of(row.pop("unit"))
    within = {**named, "first_event_no": row.pop("first_event_no")}
    until = microseconds(as_of)
    spans = tuple(_span(one, time, until) for one in rows(cursor, "clock_dossier_spans", within))
    return DossierClock(
        **(row | named),
        spans=spans,
        promises=tuple(map(_promise, rows(cursor, "clock_dossier_promises", within))),
        held={holder: _sum([span.time for span in spans if span.holder == holder]) for holder in HOLDERS},
        calendar_version=time.version,
    )


def held_times(cursor: duckdb.DuckDBPyConnection, chosen: Slice, calendars: Calendars, as_of: datetime) -> pa.Table:
    """Return a row per dossier of a slice whose clock ever ran, in the order of their identifiers.

    Columns: dossier (text), and for agency, citizen, suspended and total the microseconds `_elapsed_us` and
    `_working_us` (int64), up to `as_of` for what goes on. What begins after `as_of` counts nothing.
    """
    spans = timed(ask(cursor, "clock_spans", scope(cursor, chosen)), calendars, as_of)
    columns = {"dossier": spans["dossier"]}
    for holder in (*HOLDERS, "total"):
        own = pc.equal(spans["holder"], holder)
        for unit in ("elapsed_us", "working_us"):
            value = spans[unit] if holder == "total" else pc.if_else(own, spans[unit], 0)
            columns[f"{holder}_{unit}"] = value
    sums = pa.table(columns).group_by("dossier").aggregate([(name, "sum") for name in list(columns)[1:]])
    named = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    return named.select(list(columns)).sort_by("dossier")


def resets(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> tuple[Promise, ...]:
    """Return every change of a promised date and every reset of a finish in a slice, by unit and then by time."""
    return tuple(map(_promise, rows(cursor, "clock_resets", scope(cursor, chosen))))


def _promise(row: dict[str, Any]) -> Promise:
    return Promise(**(row | {"dossier": UUID(row["dossier"])}))


def timed(spans: pa.Table, calendars: Calendars, as_of: datetime) -> pa.Table:
    """Return spans of clocks with elapsed_us and working_us on the calendar of their unit, each cut off at `as_of`."""
    until = microseconds(as_of)
    starts, ends = (
        np.minimum(instants_us(spans["from_at"]), until),
        np.minimum(instants_us(spans["to_at"], until), until),
    )
    working = between(spans["unit"], starts, ends, calendars)
    return spans.append_column("elapsed_us", pa.array(ends - starts)).append_column("working_us", pa.array(working))


def between(units: pa.ChunkedArray, starts: Microseconds, ends: Microseconds, calendars: Calendars) -> Microseconds:
    """Return the working microseconds of each interval on the calendar of its unit."""
    working = np.zeros(len(starts), np.int64)
    for time, own in calendars.numbered(units):
        working[own] = time.between_us(starts[own], ends[own])
    return working


def _span(row: dict[str, Any], time: WorkingTime, until: int) -> Span:
    begins = min(microseconds(row["from_at"]), until)
    ends = min(microseconds(row["to_at"]), until) if row["to_at"] else until
    working = int(time.between_us(np.array([begins]), np.array([ends]))[0])
    return Span(row["holder"], row["state"], row["from_at"], row["to_at"], HeldTime(ends - begins, working))


def _sum(times: list[HeldTime]) -> HeldTime:
    return HeldTime(sum(one.elapsed_us for one in times), sum(one.working_us for one in times))


def instants_us(column: pa.ChunkedArray, missing: int = 0) -> Microseconds:
    """Return a column of instants as microseconds since 1970 in UTC, with `missing` for none."""
    return np.asarray(pc.fill_null(column.cast(_INSTANT).cast(pa.int64()), missing))


def microseconds(at: datetime) -> int:
    """Return an instant as microseconds since 1970 in UTC; raises ClockError for one without an offset."""
    if at.utcoffset() is None:
        raise ClockError(f"{at.isoformat()} has no UTC offset; write it like 2025-01-31T08:00+07:00")
    return (at - _EPOCH) // timedelta(microseconds=1)
