"""Why the dossiers of the whole store waited, computed for all questions at once and kept for a while.

The queue of an officer spans procedures, so that no question is answered from less than the whole log. It is kept once,
as `api/costly.py` says, with about 250 bytes a step, and with it the figures that were asked for last.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb

from mining.clocks.clock import Calendars
from mining.overview import log_summary
from mining.slice import Slice
from mining.waiting.answers import WaitedStep, longest_waits, waiting_log, within
from mining.waiting.desks import Availability
from mining.waiting.findings import Reason, WaitingLog, WaitingRow, WaitingTotal, total, transitions
from mining.working_time.worktime import WorkingTime

COLUMNS = (
    "procedure",
    "source_unit",
    "source_activity",
    "source_role",
    "target_unit",
    "target_activity",
    "target_role",
)
"""What waiting can be grouped by: the procedure, the step that enabled and the one that waited. Never by officer."""
SHORT = {"unit": "target_unit", "activity": "target_activity", "role": "target_role"}
"""Names for the step that waited."""
_MINED = {"target_unit": "unit"}
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Figures:
    """The waiting of a slice, in all and by groups, the longest first, and what could not be told."""

    whole: WaitingTotal
    rows: tuple[WaitingRow, ...]
    reasons: tuple[Reason, ...]


class Waited:
    """The waiting of the whole store, up to `as_of` (UTC; None: it is empty); safe to use from several threads."""

    def __init__(self, log: WaitingLog, as_of: datetime | None, calendar_versions: tuple[str, ...]) -> None:
        self.as_of = as_of
        self.calendar_versions = calendar_versions
        self.rule = log.rule
        self.log = log
        self._lock = threading.Lock()
        self._figures: dict[tuple[Slice, tuple[str, ...]], Figures] = {}

    def figures(self, cursor: duckdb.DuckDBPyConnection, chosen: Slice, by: Sequence[str]) -> Figures:
        """Return the figures of a slice by some of COLUMNS."""
        return self._known((chosen, tuple(by)), lambda: self._within(cursor, chosen))

    def city(self, by: Sequence[str]) -> Figures:
        """Return the figures of the whole city by some of COLUMNS."""
        return self._known((Slice(), tuple(by)), lambda: self.log)

    def steps(
        self,
        cursor: duckdb.DuckDBPyConnection,
        chosen: Slice,
        *,
        of: Sequence[tuple[str, str | None]],
        cause: str | None,
        limit: int,
    ) -> tuple[WaitedStep, ...]:
        """Return the steps of a slice and of a row of figures that waited longest, in all or for a cause."""
        key = {_MINED.get(column, column): name for column, name in of}
        return longest_waits(cursor, self._within(cursor, chosen), of=key, cause=cause, limit=limit)

    def _known(self, key: tuple[Slice, tuple[str, ...]], log: Callable[[], WaitingLog]) -> Figures:
        with self._lock:
            known = self._figures.get(key)
            if known is None:
                known = _figures(log(), key[1])
                if len(known.rows) + sum(len(one.rows) + 1 for one in self._figures.values()) > _MOST_ROWS:
                    self._figures.clear()
                self._figures[key] = known
            return known

    def _within(self, cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> WaitingLog:
        return self.log if chosen == Slice() else within(cursor, self.log, chosen)


@dataclass(frozen=True, slots=True)
class WholeCity:
    """Why do the dossiers of the whole store wait? What `api.costly.Keeper` is asked.

    `officers` are the office hours of officers that have their own; they are the same for as long as a service runs.
    """

    officers: Mapping[str, WorkingTime] = field(default_factory=dict, compare=False, repr=False)

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> Waited:
        """Tell it from one state of the store."""
        log = waiting_log(cursor, Availability(calendars, self.officers))
        own = {self.officers[name].calendar.code for name in log.steps.officer.names if name in self.officers}
        versions = tuple(sorted({_unnamed(version, own) for version in log.calendar_versions}))
        return Waited(log, log_summary(cursor).last_at, versions)


def _unnamed(version: str, officers: Collection[str]) -> str:
    """A calendar that is called after an officer, without the name."""
    code, *rest = version.rsplit("/", 2)
    return "/".join(("officer", *rest)) if code in officers else version


def _figures(log: WaitingLog, by: tuple[str, ...]) -> Figures:
    found = transitions(log, [_MINED.get(column, column) for column in by]) if by else ()
    rows = tuple(replace(row, key=dict(zip(by, row.key.values(), strict=True))) for row in found)
    return Figures(total(log), rows, log.reasons)
