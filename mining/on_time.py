"""On time or late, by the three conventions in use, as reported and as the log says, side by side.

A, by date (provincial reports): the day of the finish before, on or after the due day; withdrawn dossiers and those
without a due date are on time. B, by timestamp. C, Decision 766: finished by the due instant, what the clock stood
still not counted, running dossiers included; a second request for papers makes a dossier late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask
from mining.clock import Calendars, instants_us, microseconds
from mining.due import DueRules, Terms, due_dates, stops_of
from mining.openings import Microseconds
from mining.slice import Slice, scope

Convention = Literal["A", "B", "C"]
Basis = Literal["reported", "log_based", "computed"]

CONVENTIONS: tuple[Convention, ...] = ("A", "B", "C")
BASES: tuple[Basis, ...] = ("reported", "log_based", "computed")
GROUPS = ("procedure", "unit", "channel", "month")
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
    With `rules` the computed due dates are asked too, which needs the catalogue.
    """

    as_of: datetime
    finished_from: datetime | None = None
    chosen: Slice = _EVERYTHING
    by: tuple[str, ...] = ()
    convention: Convention = "A"
    rules: DueRules | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in self.by if name not in GROUPS]
        if unknown:
            raise OnTimeError(f"'{unknown[0]}' is nothing to group by; choose from {', '.join(GROUPS)}")
        if self.convention not in CONVENTIONS:
            raise OnTimeError(f"the convention '{self.convention}' is not known; write A, B or C")
        if self.finished_from and microseconds(self.finished_from) >= microseconds(self.as_of):
            period = f"{self.finished_from.isoformat()} to {self.as_of.isoformat()}"
            raise OnTimeError(f"the period from {period} is empty; give it a length")


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

    `computed` compares the real finish with the computed due date; None where that was not asked.
    """

    group: Mapping[str, str | None]
    reported: Counts
    log_based: Counts
    computed: Counts | None


@dataclass(frozen=True, slots=True)
class OnTimeReport:
    """The rows of a question, sorted by group, and the calendar versions they rest on."""

    question: OnTimeQuestion
    rows: tuple[OnTimeRow, ...]
    calendar_versions: tuple[str, ...]


def on_time(cursor: duckdb.DuckDBPyConnection, question: OnTimeQuestion, calendars: Calendars) -> OnTimeReport:
    """Count who was on time, per group and basis."""
    table = ask(cursor, "on_time_dossiers", scope(cursor, question.chosen))
    bases = BASES if question.rules else BASES[:2]
    counted = {basis: _counted(_judged(cursor, table, question, calendars, basis), question) for basis in bases}
    keys = {key for counts in counted.values() for key in counts}
    groups = sorted(keys, key=lambda key: [(name is None, name or "") for name in key])
    none = Counts(question.convention)
    rows = (
        OnTimeRow(
            dict(zip(question.by, key, strict=True)),
            counted["reported"].get(key, none),
            counted["log_based"].get(key, none),
            counted["computed"].get(key, none) if question.rules else None,
        )
        for key in groups
    )
    return OnTimeReport(question, tuple(rows), calendars.versions)


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

    Columns: dossier (text), procedure, unit, channel, month, verdict, due_at, finished_at (null while running),
    due_soon, without_due, apologised; UTC; by due date, then dossier.
    """
    if basis not in BASES or (basis == "computed" and not question.rules):
        raise OnTimeError(
            f"the basis '{basis}' was not asked for; write reported or log_based, or give rules to compute by"
        )
    if verdict not in (None, "due_soon", *VERDICTS):
        raise OnTimeError(f"the verdict '{verdict}' is not known; write due_soon, {', '.join(VERDICTS)}")
    table = ask(cursor, "on_time_dossiers", scope(cursor, question.chosen))
    judged = _judged(cursor, table, question, calendars, basis)
    for name, value in (group or {}).items():
        judged = judged.filter(pc.is_null(judged[name]) if value is None else pc.equal(judged[name], value))
    if verdict is not None:
        judged = judged.filter(judged["due_soon"] if verdict == "due_soon" else pc.equal(judged["verdict"], verdict))
    return judged.sort_by([("due_at", "ascending"), ("dossier", "ascending")])


def _judged(
    cursor: duckdb.DuckDBPyConnection, table: pa.Table, question: OnTimeQuestion, calendars: Calendars, basis: Basis
) -> pa.Table:
    """Give each dossier that counts its verdict."""
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
    judged = table.select(["dossier", "procedure", "unit", "channel"])
    for name, column in columns.items():
        judged = judged.append_column(name, column)
    return judged.filter(pa.array(counts))


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


def _counted(judged: pa.Table, question: OnTimeQuestion) -> dict[tuple[str | None, ...], Counts]:
    """Count the verdicts and flags of each group."""
    columns: dict[str, Any] = {verdict: pc.equal(judged["verdict"], verdict) for verdict in VERDICTS}
    late = pc.or_(columns["late"], columns["overdue"])
    columns |= {name: judged[name] for name in ("due_soon", "without_due")}
    columns["late_with_apology"] = pc.and_(late, judged["apologised"])
    numbers = pa.table({name: column.cast(pa.int64()) for name, column in columns.items()})
    for name in question.by:
        numbers = numbers.append_column(name, judged[name])
    sums = numbers.group_by(list(question.by)).aggregate([(name, "sum") for name in columns])
    return {
        tuple(row[name] for name in question.by): Counts(
            question.convention, **{name: row[f"{name}_sum"] or 0 for name in columns}
        )
        for row in sums.to_pylist()
    }


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
