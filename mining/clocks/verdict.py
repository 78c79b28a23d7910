"""The verdict on each dossier: early, on time or late, or running within its date or overdue.

A, by date (provincial reports): the day of the finish before, on or after the due day; withdrawn dossiers and those
without a due date are on time. B, by timestamp. C, Decision 766: finished by the due instant, what the clock stood
still not counted, running dossiers included; a second request for papers makes a dossier late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask, rows
from mining.clocks.clock import Calendars, instants_us, microseconds
from mining.clocks.due import due_dates, stops_of
from mining.clocks.due_rules import DueRules, OwnedRules
from mining.clocks.terms import Terms
from mining.slice import Slice, scope
from mining.working_time.openings import Microseconds

Convention = Literal["A", "B", "C"]
Basis = Literal["reported", "log_based", "computed"]

CONVENTIONS: tuple[Convention, ...] = ("A", "B", "C")
BASES: tuple[Basis, ...] = ("reported", "log_based", "computed")
GROUPS = ("procedure", "field", "unit", "channel", "month")
VERDICTS = ("early", "on_time", "late", "within", "overdue")
"""The first three are of finished dossiers, the others of running ones."""

_EARLY, _ON_TIME, _LATE, _WITHIN, _OVERDUE = range(5)

_DAY_US, _VIETNAM_US = 24 * 3_600_000_000, 7 * 3_600_000_000
_NONE = np.iinfo(np.int64).min
_INSTANT = pa.timestamp("us", "UTC")

_EVERYTHING = Slice()


class OnTimeError(MiningError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTimeQuestion:
    """Which dossiers are counted, when, and by which convention.

    Finished are those whose finish is in [finished_from, as_of), running those accepted and not finished before
    `as_of`. `by` chooses from GROUPS; the month is that of the finish, for running dossiers the last before `as_of`.
    `field` chooses the dossiers of the procedures that the catalogue gives this field (lĩnh vực). With `rules` the
    computed due dates are asked too, which needs the catalogue.
    """

    as_of: datetime
    finished_from: datetime | None = None
    chosen: Slice = _EVERYTHING
    by: tuple[str, ...] = ()
    convention: Convention = "A"
    field: str | None = None
    rules: OwnedRules | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in self.by if name not in GROUPS]
        if unknown:
            raise OnTimeError(f"'{unknown[0]}' is nothing to group by; choose from {', '.join(GROUPS)}")
        if self.convention not in CONVENTIONS:
            raise OnTimeError(f"the convention '{self.convention}' is not known; write A, B or C")
        if self.finished_from and microseconds(self.finished_from) >= microseconds(self.as_of):
            period = f"{self.finished_from.isoformat()} to {self.as_of.isoformat()}"
            raise OnTimeError(f"the period from {period} is empty; give it a length")


def dossiers_of(cursor: duckdb.DuckDBPyConnection, question: OnTimeQuestion) -> pa.Table:
    """Return the accepted dossiers that a question is about, with all that a verdict needs but the due dates.

    The field is null where no catalogue knows that of the procedure.
    """
    table = ask(cursor, "on_time_dossiers", scope(cursor, question.chosen))
    known = {row["procedure"]: row["field"] for row in rows(cursor, "procedure_fields")} if _catalogue(cursor) else {}
    coded = table["procedure"].combine_chunks().dictionary_encode("encode")
    fields = pa.array([known.get(procedure) for procedure in coded.dictionary.to_pylist()], pa.string())
    table = table.append_column("field", fields.take(coded.indices))
    return table if question.field is None else table.filter(pc.equal(table["field"], question.field))


def judged(
    cursor: duckdb.DuckDBPyConnection, table: pa.Table, question: OnTimeQuestion, calendars: Calendars, basis: Basis
) -> pa.Table:
    """Give each dossier of `dossiers_of` that counts its verdict by one basis.

    Columns: dossier (text), procedure, field, unit, channel, month, verdict, due_at, finished_at (null while running),
    due_soon, without_due, apologised; UTC.
    """
    until = microseconds(question.as_of)
    due = _due(cursor, table, question, calendars, basis)
    finish = instants_us(table["reported_finished_at" if basis == "reported" else "finished_at"], _NONE)
    done = (finish != _NONE) & (finish < until)
    since = microseconds(question.finished_from) if question.finished_from else _NONE + 1
    withdrawn = np.asarray(pc.equal(table["finish_kind"], "withdrawn"))
    counts = (instants_us(table["accepted_at"]) < until) & (~done | (finish >= since))
    if question.convention != "A":
        counts &= ~(withdrawn & done)
    verdict = _verdicts(question.convention, np.where(done, finish, _NONE), due, until)
    if question.convention == "C":
        twice = np.asarray(table["supplements"]) > 1
        verdict = np.where(twice, np.where(done, _LATE, _OVERDUE), verdict)
    verdict = np.where(withdrawn & done, _ON_TIME, verdict)
    apology = instants_us(table["apologised_at"], _NONE)
    columns = {
        "month": _months(np.where(done, finish, until - 1)),
        "verdict": _named(verdict, VERDICTS),
        "due_at": _instants(due),
        "finished_at": _instants(np.where(done, finish, _NONE)),
        "due_soon": pa.array(~done & (due != _NONE) & (due >= until) & (due <= until + _DAY_US)),
        "without_due": pa.array(due == _NONE),
        "apologised": pa.array((apology != _NONE) & (due != _NONE) & (apology <= due - _DAY_US)),
    }
    found = table.select(["dossier", "procedure", "field", "unit", "channel"])
    for name, column in columns.items():
        found = found.append_column(name, column)
    return found.filter(pa.array(counts))


def _catalogue(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether the store has a catalogue: the log alone can be mined too."""
    known: bool = rows(cursor, "has_catalogue")[0]["known"]
    return known


def _verdicts(convention: Convention, finish: Microseconds, due: Microseconds, until: int) -> npt.NDArray[np.int64]:
    """Compare finish (none while running) and due date, by day or by instant; no due date is none to miss."""
    running, free = finish == _NONE, due == _NONE
    last = until if convention != "A" else _day(np.array([until - 1]))[0]
    if convention == "A":
        finish, due = _day(finish), _day(due)
    early = _EARLY if convention != "C" else _ON_TIME
    of_finished = np.where(finish < due, early, np.where(finish == due, _ON_TIME, _LATE))
    of_finished = np.where(free, _ON_TIME, of_finished)
    return np.where(running, np.where(free | (due >= last), _WITHIN, _OVERDUE), of_finished)


def _due(
    cursor: duckdb.DuckDBPyConnection, table: pa.Table, question: OnTimeQuestion, calendars: Calendars, basis: Basis
) -> Microseconds:
    if basis == "reported":
        return instants_us(table["reported_due_at"], _NONE)
    if basis == "log_based":
        promised = instants_us(table["promised_due_at"], _NONE)
        return _extended(cursor, table, question, calendars, promised) if question.convention == "C" else promised
    assert question.rules is not None  # the callers see to it
    computed = due_dates(cursor, question.chosen, calendars, question.rules, question.as_of)
    places = pc.index_in(table["dossier"], value_set=computed["dossier"].combine_chunks())
    return instants_us(computed["computed_due_at"].take(places), _NONE)


def _extended(
    cursor: duckdb.DuckDBPyConnection,
    table: pa.Table,
    question: OnTimeQuestion,
    calendars: Calendars,
    promised: Microseconds,
) -> Microseconds:
    """Move first promises by the working time during which the clock stood still."""
    stops = stops_of(cursor, question.chosen, table["dossier"], question.as_of)
    extended = promised.copy()
    for working, own in calendars.numbered(table["unit"]):
        own &= promised != _NONE
        extended[own] = Terms(working, DueRules()).extended_us(promised[own], stops.of_rows(own))
    return extended


def _day(instants: Microseconds) -> Microseconds:
    return np.where(instants == _NONE, _NONE, (instants + _VIETNAM_US) // _DAY_US)


def _months(instants: Microseconds) -> pa.Array:
    months = _day(instants).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = int(months.min(initial=0))
    names = np.datetime_as_string(np.arange(first, int(months.max(initial=0)) + 1).astype("datetime64[M]"))
    return _named(months - first, names.tolist())


def _named(codes: npt.NDArray[np.int64], names: Sequence[str]) -> pa.Array:
    """Turn numbers into what they stand for; much faster than making a text of each."""
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names)).cast(pa.string())


def _instants(instants: Microseconds) -> pa.Array:
    return pa.array(instants, mask=instants == _NONE).cast(_INSTANT)
