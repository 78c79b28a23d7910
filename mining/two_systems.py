"""Two systems for one piece of work: who sends how much over time, what is typed twice, what the old one still gets.

How double entry is told, and what it costs, is explained in `docs/two-systems.md`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask, rows, tell
from mining.clocks.clock import Calendars, between, instants_us, microseconds
from mining.slice import Slice, scope

Every = Literal["month", "week"]

_VIETNAM = timezone(timedelta(hours=7))
_HOUR_US = 3_600_000_000
_NONE = np.iinfo(np.int64).min
_EVERYTHING = Slice()


class TwoSystemsError(MiningError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleEntryRule:
    """When steps in two systems are one piece of work.

    In the same dossier: the same activity, at most `within_minutes` apart. In two dossiers: they begin with the same
    step at most `same_work_minutes` apart, and at least `least_steps` and `least_share` of the steps of the shorter one
    go together within as many minutes; a dossier is compared with the `nearby` ones that began before it. A copy whose
    start is not known is taken to cost `assumed_minutes`.
    """

    within_minutes: float = 480.0
    same_work_minutes: float = 30.0
    least_steps: int = 3
    least_share: float = 0.8
    nearby: int = 20
    assumed_minutes: float = 5.0

    def __post_init__(self) -> None:
        if min(self.within_minutes, self.same_work_minutes, self.least_steps, self.nearby) <= 0:
            raise TwoSystemsError("minutes, steps and neighbours must be more than 0 to compare anything")
        if not 0 < self.least_share <= 1 or self.assumed_minutes < 0:
            raise TwoSystemsError(
                f"a least share of {self.least_share:g} and {self.assumed_minutes:g} assumed minutes make no sense;"
                " give a share of more than 0 and at most 1, and 0 or more minutes"
            )


_DEFAULTS = DoubleEntryRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSystemsQuestion:
    """The dossiers that are looked at, and what happened before `as_of` (with an offset)."""

    as_of: datetime
    calendars: Calendars
    chosen: Slice = _EVERYTHING
    rule: DoubleEntryRule = _DEFAULTS

    def __post_init__(self) -> None:
        microseconds(self.as_of)


@dataclass(frozen=True, slots=True)
class SystemShare:
    """What a system sent in a month or week: events and new dossiers, and its shares of all (None of nothing)."""

    period_start: date
    system: str
    events: int
    dossiers: int
    event_share: float
    dossier_share: float | None


@dataclass(frozen=True, slots=True)
class DoubleEntry:
    """The steps that were typed twice in the dossiers of a procedure and unit, and what the copies cost.

    `by_code` + `by_work` = steps, and `timed` + `assumed` = steps: copies whose start is known take `timed_hours`
    (working hours), the others `assumed_hours`, by the minutes that the rule assumes. `dossiers` counts the copies.
    """

    procedure: str
    unit: str | None
    dossiers: int
    by_code: int
    by_work: int
    timed: int
    assumed: int
    timed_hours: float
    assumed_hours: float

    @property
    def steps(self) -> int:
        """How many steps were typed twice."""
        return self.by_code + self.by_work

    @property
    def hours(self) -> float:
        """What the copies cost, partly assumed."""
        return self.timed_hours + self.assumed_hours


@dataclass(frozen=True, slots=True)
class DoubleEntries:
    """Double entry by procedure and unit, the most hours first, and the minutes that were assumed for a copy."""

    rows: tuple[DoubleEntry, ...]
    assumed_minutes: float
    calendar_versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """How it stands with the end of a system, which is first not to be used on `day` (of Viet Nam).

    `days_left` until then from the day of `as_of`, negative once it has passed. `last_event_at` (UTC) is None where
    nothing ever came, `silent_days` whole days since then. Of what came from `day` on, `by_unit` has unit, events and
    dossiers, the most events first.
    """

    system: str
    day: date
    days_left: int
    last_event_at: datetime | None
    silent_days: int | None
    events_after: int
    by_unit: tuple[tuple[str | None, int, int], ...]


def system_shares(
    cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion, every: Every = "month"
) -> tuple[SystemShare, ...]:
    """Return what each system sent per month or week (from Monday), by time and then by name."""
    if every not in ("month", "week"):
        raise TwoSystemsError(f"'{every}' is no period here; write month or week")
    found = rows(cursor, "two_systems_shares", {**_scope(cursor, question), "period": every})
    return tuple(
        SystemShare(
            row["period_start"],
            row["system"],
            row["events"],
            row["dossiers"],
            row["events"] / int(row["all_events"]),
            row["dossiers"] / int(row["all_dossiers"]) if row["all_dossiers"] else None,
        )
        for row in found
    )


def double_entries(cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion) -> DoubleEntries:
    """Return what was typed into two systems and what it cost, by procedure and unit."""
    return counted(double_entry_steps(cursor, question), question)


def counted(copies: pa.Table, question: TwoSystemsQuestion) -> DoubleEntries:
    """Count copies, as `double_entry_steps` returns them, by procedure and unit."""
    timed = pc.is_valid(copies["working_seconds"])
    numbers = {
        "by_code": pc.equal(copies["linked_by"], "code"),
        "by_work": pc.equal(copies["linked_by"], "work"),
        "timed": timed,
        "assumed": pc.invert(timed),
    }
    table = copies.select(["procedure", "unit", "dossier"])
    for name, column in numbers.items():
        table = table.append_column(name, column.cast(pa.int64()))
    table = table.append_column("seconds", pc.fill_null(copies["working_seconds"], 0.0))
    sums = table.group_by(["procedure", "unit"], use_threads=False).aggregate(
        [("dossier", "count_distinct"), *((name, "sum") for name in numbers), ("seconds", "sum")]
    )
    minutes = question.rule.assumed_minutes
    found = (
        DoubleEntry(
            row["procedure"],
            row["unit"],
            row["dossier_count_distinct"],
            row["by_code_sum"],
            row["by_work_sum"],
            row["timed_sum"],
            row["assumed_sum"],
            row["seconds_sum"] / 3600,
            row["assumed_sum"] * minutes / 60,
        )
        for row in sums.to_pylist()
    )
    ordered = sorted(found, key=lambda row: (-row.hours, row.procedure, row.unit is None, row.unit or ""))
    return DoubleEntries(tuple(ordered), minutes, question.calendars.versions)


def double_entry_steps(
    cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion, *, group: Mapping[str, str | None] | None = None
) -> pa.Table:
    """Return the copies, those of a `group` (procedure, unit or both) or all; by dossier, time and activity.

    Columns: dossier (text) in which the copy is, twin (text) with the original, the same where they are linked by code,
    procedure, unit (of the dossier), typed_by (the unit of the copy), activity, first_system, second_system,
    started_at, completed_at (of the copy, UTC), linked_by (code or work), minutes_between, working_seconds (null where
    the start is not known).
    """
    rule, until = question.rule, {"as_of": question.as_of}
    apart = {"within_minutes": rule.same_work_minutes, "nearby": rule.nearby}
    shared = {"least_steps": rule.least_steps, "least_share": rule.least_share}
    with _systems_of_dossiers(cursor, _scope(cursor, question)):
        by_code = ask(cursor, "two_systems_same_dossier", {**until, "within_minutes": rule.within_minutes})
        by_work = ask(cursor, "two_systems_same_work", {**until, **apart, **shared})
    copies = pa.concat_tables([by_code, by_work])
    for name, value in (group or {}).items():
        copies = copies.filter(pc.is_null(copies[name]) if value is None else pc.equal(copies[name], value))
    copies = copies.append_column("working_seconds", _working_seconds(copies, question.calendars))
    return copies.sort_by([("dossier", "ascending"), ("completed_at", "ascending"), ("activity", "ascending")])


def switch_off(cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion, system: str, day: date) -> SwitchOff:
    """Return how it stands with the end of a system, as it is named in `system_shares`."""
    found = rows(
        cursor, "two_systems_switch_off", {**_scope(cursor, question), "system": system, "switch_off_day": day}
    )
    last_event_at = max((row["last_event_at"] for row in found), default=None)
    return SwitchOff(
        system,
        day,
        (day - question.as_of.astimezone(_VIETNAM).date()).days,
        last_event_at,
        (question.as_of - last_event_at).days if last_event_at else None,
        sum(row["events_after"] for row in found),
        tuple((row["unit"], row["events_after"], row["dossiers_after"]) for row in found if row["events_after"]),
    )


def switch_off_dossiers(
    cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion, system: str, day: date
) -> pa.Table:
    """Return the dossiers that had events of a system from the day of its end on, a row per unit that sent them.

    Columns: dossier (text), procedure, unit, events, first_event_at, last_event_at (UTC); by the first of them.
    """
    asked = {**_scope(cursor, question), "system": system, "switch_off_day": day}
    return ask(cursor, "two_systems_after_end", asked)


def _working_seconds(copies: pa.Table, calendars: Calendars) -> pa.Array:
    starts, ends = instants_us(copies["started_at"], _NONE), instants_us(copies["completed_at"])
    known = starts != _NONE
    working = between(copies["typed_by"], np.where(known, starts, ends), ends, calendars)
    return pa.array(working / 1e6, mask=~known)


def _scope(cursor: duckdb.DuckDBPyConnection, question: TwoSystemsQuestion) -> dict[str, Any]:
    return {**scope(cursor, question.chosen), "as_of": question.as_of}


@contextmanager
def _systems_of_dossiers(cursor: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> Iterator[None]:
    """Keep in which systems the dossiers are for as long as it is asked about."""
    try:
        tell(cursor, "two_systems_dossiers", asked)
        yield
    finally:
        tell(cursor, "two_systems_drop_dossiers")
