"""Keeps the working time of calendars in tables, where SQL adds it up for millions of rows.

The tables and macros are those of `mining/sql/create_working_time.sql`; `working_times.sql` and `working_terms.sql`
show how they are asked. SQL and `WorkingTime` give the same microseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from mining.ask import rows, statement, tell
from mining.working_time.openings import Cells
from mining.working_time.worktime import WorkingTime

_NUMBER_BITS = 40
"""A calendar's cells are numbered from its own number times 2 ** 40 on: farther than any instant reaches."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A calendar in the tables: its number there and its version.

    From `changed_from` to before `changed_to` its office hours may differ from those that were kept until now: only
    intervals that reach into this time have another working time. Both are None where nothing differs.
    """

    calendar: int
    version: str
    changed_from: datetime | None = None
    changed_to: datetime | None = None


def prepare_working_time(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create the tables and macros where they are missing."""
    cursor.execute(statement("create_working_time"))


def kept_calendars(cursor: duckdb.DuckDBPyConnection) -> dict[str, Kept]:
    """Return the calendars in the tables by code."""
    return {row["code"]: Kept(row["calendar"], row["version"]) for row in rows(cursor, "working_calendars")}


def keep_calendars(cursor: duckdb.DuckDBPyConnection, times: Iterable[WorkingTime]) -> dict[str, Kept]:
    """Put calendars into the tables, in place of those with the same code; return them by code.

    A calendar keeps its number for ever; one whose version is kept already is left alone. The caller's transaction
    decides whether it lasts, and the caller sees to it that nobody else writes.
    """
    before = {row["code"]: row for row in rows(cursor, "working_calendars")}
    last = max((row["calendar"] for row in before.values()), default=0)
    kept = {}
    for time in times:
        code = time.calendar.code
        known = before.get(code)
        if known and known["version"] == time.version:
            kept[code] = Kept(known["calendar"], time.version)
            continue
        last += not known
        kept[code] = _keep(cursor, time, known["calendar"] if known else last, known)
    return kept


def _keep(cursor: duckdb.DuckDBPyConnection, time: WorkingTime, number: int, before: Mapping[str, int] | None) -> Kept:
    calendar = {"calendar": number}
    cells, first_cell = time.cells, number << _NUMBER_BITS
    clock = {"first_cell": first_cell, "origin_us": cells.origin_us, "cell_us": cells.cell_us}
    cursor.register("fresh_cell", _fresh(cells, first_cell))
    try:
        changed = _changed(cursor, time, before) if before else (None, None)
        tell(cursor, "drop_working_cells", calendar)
        tell(cursor, "drop_working_calendar", calendar)
        tell(cursor, "add_working_cells", calendar)
        tell(cursor, "add_working_calendar", {**calendar, "code": time.calendar.code, "version": time.version, **clock})
    finally:
        cursor.unregister("fresh_cell")
    return Kept(number, time.version, *changed)


def _changed(
    cursor: duckdb.DuckDBPyConnection, time: WorkingTime, before: Mapping[str, int]
) -> tuple[datetime | None, datetime | None]:
    """Between which instants office hours differ from those kept; all the time where the cells are cut otherwise."""
    cells = time.cells
    if (before["origin_us"], before["cell_us"]) != (cells.origin_us, cells.cell_us):
        return _instant(min(before["origin_us"], cells.origin_us)), _instant(time.openings.end_us)
    differing = rows(cursor, "changed_working_cells", {"calendar": before["calendar"]})[0]
    if differing["first_cell"] is None:
        return None, None
    bounds = (differing["first_cell"], differing["last_cell"] + 1)
    first, end = (_instant(cells.origin_us + (cell - before["first_cell"]) * cells.cell_us) for cell in bounds)
    return first, end


def _fresh(cells: Cells, first_cell: int) -> pa.Table:
    number = np.arange(first_cell, first_cell + len(cells.shift_us))
    return pa.table(
        {"cell": number, "shift_us": cells.shift_us, "from_us": cells.worked_us[:-1], "to_us": cells.worked_us[1:]}
    )


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
