"""On time or late, by the three conventions in use, as reported and as the log says, side by side.

The conventions are explained in `mining/clocks/verdict.py`, with examples in `docs/clocks.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.clocks.clock import Calendars, between, instants_us, microseconds
from mining.clocks.due_rules import DueError
from mining.clocks.verdict import BASES, VERDICTS, Basis, Convention, OnTimeError, OnTimeQuestion, dossiers_of, judged


@dataclass(frozen=True, slots=True)
class Counts:
    """Dossiers by verdict; early + on_time + late = finished, within + overdue = running.

    `due_soon` are the running ones due within 24 hours, `without_due` those without a due date among all, and
    `late_with_apology` those late or overdue whose apology came at least 1 day before the due date.
    """

    convention: Convention
    early: int = 0
    on_time: int = 0
    late: int = 0
    within: int = 0
    overdue: int = 0
    due_soon: int = 0
    without_due: int = 0
    late_with_apology: int = 0

    @property
    def finished(self) -> int:
        """How many are finished."""
        return self.early + self.on_time + self.late

    @property
    def running(self) -> int:
        """How many are running."""
        return self.within + self.overdue

    @property
    def on_time_share(self) -> float | None:
        """The share that is early or on time: of the finished, by convention C of all; None of nothing."""
        good, whole = self.early + self.on_time, self.finished
        if self.convention == "C":
            good, whole = good + self.within, whole + self.running
        return good / whole if whole else None

    @property
    def apology_share(self) -> float | None:
        """The share of the late and overdue dossiers whose citizens had an apology in time; None of nothing."""
        late = self.late + self.overdue
        return self.late_with_apology / late if late else None


@dataclass(frozen=True, slots=True)
class OnTimeRow:
    """A group, its dossiers as reported (resets honoured) and as the log says (first promise, real finish).

    `computed` compares the real finish with the computed due date; None where that was not asked, and where the
    catalogue has a limit for none of the dossiers.
    """

    group: Mapping[str, str | None]
    reported: Counts
    log_based: Counts
    computed: Counts | None


@dataclass(frozen=True, slots=True)
class OnTimeReport:
    """The rows of a question, sorted by group, and the calendar versions they rest on.

    `computed_problem` says why no row has computed figures although they were asked: a limit that cannot be counted
    must not spoil the others.
    """

    question: OnTimeQuestion
    rows: tuple[OnTimeRow, ...]
    calendar_versions: tuple[str, ...]
    computed_problem: str | None = None


def on_time(cursor: duckdb.DuckDBPyConnection, question: OnTimeQuestion, calendars: Calendars) -> OnTimeReport:
    """Count who was on time, per group and basis."""
    table = dossiers_of(cursor, question)
    counted = {basis: _counted(judged(cursor, table, question, calendars, basis), question) for basis in BASES[:2]}
    problem = None
    if question.rules:
        try:
            counted["computed"] = _counted(judged(cursor, table, question, calendars, "computed"), question)
        except DueError as error:
            problem = str(error)
    keys = {key for counts in counted.values() for key in counts}
    groups = sorted(keys, key=lambda key: [(name is None, name or "") for name in key])
    none = Counts(question.convention)
    rows = (
        OnTimeRow(
            dict(zip(question.by, key, strict=True)),
            counted["reported"].get(key, none),
            counted["log_based"].get(key, none),
            _with_limits(counted.get("computed", {}).get(key)),
        )
        for key in groups
    )
    return OnTimeReport(question, tuple(rows), calendars.versions, problem)


def on_time_dossiers(
    cursor: duckdb.DuckDBPyConnection,
    question: OnTimeQuestion,
    calendars: Calendars,
    basis: Basis,
    *,
    group: Mapping[str, str | None] | None = None,
    verdict: str | None = None,
) -> pa.Table:
    """Return the dossiers behind a figure: those of a group with a verdict, or `due_soon`; all where it is None.

    Columns as those of `judged` in `mining/clocks/verdict.py`; by due date, then dossier.
    """
    if basis not in BASES or (basis == "computed" and not question.rules):
        raise OnTimeError(
            f"the basis '{basis}' was not asked for; write reported or log_based, or give rules to compute by"
        )
    if verdict not in (None, "due_soon", *VERDICTS):
        raise OnTimeError(f"the verdict '{verdict}' is not known; write due_soon, {', '.join(VERDICTS)}")
    found = judged(cursor, dossiers_of(cursor, question), question, calendars, basis)
    for name, value in (group or {}).items():
        found = found.filter(pc.is_null(found[name]) if value is None else pc.equal(found[name], value))
    if verdict is not None:
        found = found.filter(found["due_soon"] if verdict == "due_soon" else pc.equal(found["verdict"], verdict))
    return found.sort_by([("due_at", "ascending"), ("dossier", "ascending")])


def due_soon(
    cursor: duckdb.DuckDBPyConnection, question: OnTimeQuestion, calendars: Calendars, basis: Basis
) -> pa.Table:
    """Return the running dossiers that are due within 24 hours after `as_of`, the most urgent first.

    Columns: those of `judged`, and the microseconds left until the due date, remaining_us and remaining_working_us:
    by the wall clock, and within the office hours of the unit.
    """
    found = on_time_dossiers(cursor, question, calendars, basis, verdict="due_soon")
    now, due = np.full(found.num_rows, microseconds(question.as_of)), instants_us(found["due_at"])
    working = between(found["unit"], now, due, calendars)
    return found.append_column("remaining_us", pa.array(due - now)).append_column(
        "remaining_working_us", pa.array(working)
    )


def _with_limits(counts: Counts | None) -> Counts | None:
    """Return counts by computed due dates, but none where nothing could be computed."""
    return counts if counts and counts.without_due < counts.finished + counts.running else None


def _counted(found: pa.Table, question: OnTimeQuestion) -> dict[tuple[str | None, ...], Counts]:
    """Count the verdicts and flags of each group."""
    columns: dict[str, Any] = {verdict: pc.equal(found["verdict"], verdict) for verdict in VERDICTS}
    late = pc.or_(columns["late"], columns["overdue"])
    columns |= {name: found[name] for name in ("due_soon", "without_due")}
    columns["late_with_apology"] = pc.and_(late, found["apologised"])
    numbers = pa.table({name: column.cast(pa.int64()) for name, column in columns.items()})
    for name in question.by:
        numbers = numbers.append_column(name, found[name])
    sums = numbers.group_by(list(question.by)).aggregate([(name, "sum") for name in columns])
    return {
        tuple(row[name] for name in question.by): Counts(
            question.convention, **{name: row[f"{name}_sum"] or 0 for name in columns}
        )
        for row in sums.to_pylist()
    }
