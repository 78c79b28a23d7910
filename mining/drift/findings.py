"""Change over time: since when dossiers of a procedure take another way or another time, and what changed.

Where a new version of the approved process came into force around then, the change was intended; else it is a drift.
How changes are found is explained in `docs/drift.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask, rows
from mining.chance import codes_of, false_discovery
from mining.clocks.clock import Calendars, held_times, instants_us, microseconds
from mining.drift.causes import TransitionChange, UnitChange, transition_changes, unit_changes
from mining.drift.change_points import Cut, cuts, independent
from mining.slice import Slice, scope

What = Literal["time", "paths"]

_VIETNAM = timezone(timedelta(hours=7))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_US, _DAY_US = 3_600_000_000, 24 * 3_600_000_000
_SHORT_HOURS = 0.1
_TRANSITIONS, _DIRECTIONS = 16, 6
_AT_A_TIME = 50
"""Of how many procedures the steps are fetched at a time, which bounds the memory."""
_EVERYTHING = Slice()

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


class DriftError(MiningError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftQuestion:
    """Which dossiers are looked at, what happened before `as_of` (with an offset), and the thresholds.

    A change counts with `least_dossiers` and `least_days` on both sides, where the typical time changes by
    `least_factor`, or a transition comes or goes in `least_share` of the dossiers. A version in force since at most
    `version_days` before or after it says that it was intended. `false_discovery_rate` is the share of false changes
    that is put up with, and how many are where nothing changes at all.
    """

    as_of: datetime
    calendars: Calendars
    chosen: Slice = _EVERYTHING
    least_dossiers: int = 50
    least_days: int = 28
    least_factor: float = 1.2
    least_share: float = 0.1
    version_days: int = 10
    false_discovery_rate: float = 0.01

    def __post_init__(self) -> None:
        microseconds(self.as_of)
        if self.least_factor <= 1 or not 0 < self.false_discovery_rate < 1:
            raise DriftError(
                f"a least factor of {self.least_factor:g} or a rate of {self.false_discovery_rate:g} tells nothing;"
                " give a factor above 1 and a rate between 0 and 1"
            )


@dataclass(frozen=True, slots=True)
class Version:
    """A new version of an approved process, by its decision, and the first day on which it held."""

    version: str
    decision: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a procedure, by when dossiers were accepted: first at `at`, between `from_at` and `to_at` (UTC).

    `what` is `time` (agency working hours) or `paths`. `hours_before` and `hours_after` are medians. `transitions` and
    `units` say what changed, the most first. `versions` are those that came into force around then.
    """

    procedure: str
    what: What
    at: datetime
    from_at: datetime
    to_at: datetime
    dossiers_before: int
    dossiers_after: int
    hours_before: float
    hours_after: float
    p_value: float
    q_value: float
    transitions: tuple[TransitionChange, ...]
    units: tuple[UnitChange, ...]
    versions: tuple[Version, ...]

    @property
    def intended(self) -> bool:
        """Whether a new version came into force around the change."""
        return bool(self.versions)


@dataclass(frozen=True, slots=True)
class _Handled:
    """The finished dossiers of one procedure in the order of acceptance.

    `logs` are the logarithms of `hours`, `moves` how often each transition is taken, both less the mean of the dossiers
    of the same channel and case variant: a shift towards online is no change of how dossiers are handled. Of what was
    typed into two systems the copies hide the path, and `moves` are 0.
    """

    procedure: str
    dossiers: pa.Array
    units: pa.Array
    accepted: Integers
    hours: Numbers
    logs: Numbers
    moves: Numbers


@dataclass(frozen=True, slots=True)
class _Found:
    handled: _Handled
    what: What
    cut: Cut


def changes(cursor: duckdb.DuckDBPyConnection, question: DriftQuestion) -> tuple[Change, ...]:
    """Return the changes of all procedures of a slice, by procedure and time. Needs the tables of the catalogue."""
    every = list(_handled(cursor, question))
    alarms = question.false_discovery_rate / max(2 * len(every), 1)
    found = [one for handled in every for one in _found(handled, question, alarms)]
    q_values = false_discovery(np.array([one.cut.p_value for one in found])).tolist()
    versions: dict[str, list[Version]] = {}
    for row in rows(cursor, "drift_versions", {"cohorts": scope(cursor, question.chosen)["cohorts"]}):
        versions.setdefault(row.pop("procedure"), []).append(Version(**row))
    kept = [pair for pair in zip(found, q_values, strict=True) if pair[1] <= question.false_discovery_rate]
    told = [
        _told(question, one, q_value, steps, versions.get(one.handled.procedure, []))
        for (one, q_value), steps in _with_steps(cursor, question, kept)
    ]
    return tuple(sorted(told, key=lambda change: (change.procedure, change.at, change.what)))


def _with_steps(
    cursor: duckdb.DuckDBPyConnection, question: DriftQuestion, kept: list[tuple[_Found, float]]
) -> Iterator[tuple[tuple[_Found, float], pa.Table]]:
    """Yield what was found with the steps of its procedure, asked for some procedures at a time."""
    asked = {**scope(cursor, question.chosen), "as_of": question.as_of}
    names = list(dict.fromkeys(one.handled.procedure for one, _ in kept))
    for first in range(0, len(names), _AT_A_TIME):
        part = names[first : first + _AT_A_TIME]
        table = ask(cursor, "drift_steps", {**asked, "procedures": part})
        code, known = codes_of(table["procedure"])
        bounds = np.searchsorted(code, np.arange(len(known) + 1)).tolist()
        steps = {name: table.slice(bounds[n], bounds[n + 1] - bounds[n]) for n, name in enumerate(known)}
        none = table.slice(0, 0)
        yield from (
            (pair, steps.get(pair[0].handled.procedure, none)) for pair in kept if pair[0].handled.procedure in part
        )


def _handled(cursor: duckdb.DuckDBPyConnection, question: DriftQuestion) -> Iterator[_Handled]:
    """Yield the procedures with enough dossiers, but for those accepted too late to be finished in general."""
    asked = scope(cursor, question.chosen)
    table = ask(cursor, "drift_dossiers", {**asked, "as_of": question.as_of})
    held = held_times(cursor, question.chosen, question.calendars, question.as_of)
    places = pc.index_in(table["dossier"], value_set=held["dossier"].combine_chunks())
    hours = np.asarray(held["agency_working_us"].take(places)) / _HOUR_US
    accepted, finished = instants_us(table["accepted_at"]), instants_us(table["finished_at"])
    procedure, procedures = codes_of(table["procedure"])
    path, paths = codes_of(table["path"])
    kind, _ = codes_of(table["kind"])
    once = ~np.asarray(table["typed_twice"])
    transitions = _Transitions(ask(cursor, "drift_transitions", asked), paths)
    dossiers, units = table["dossier"].combine_chunks(), table["unit"].combine_chunks()
    last = finished.max(initial=0)
    for number, own in enumerate(_grouped(procedure, len(procedures))):
        if len(own) < 2 * question.least_dossiers:
            continue
        own = own[accepted[own] < last - np.quantile((finished - accepted)[own], 0.95)]
        name = procedures[number]
        logs = _less_mean(np.log(hours[own, np.newaxis] + _SHORT_HOURS), kind[own])
        counted = transitions.counted(path[own[once[own]]])
        moves = np.zeros((len(own), counted.shape[1]))
        moves[once[own]] = _less_mean(counted, kind[own[once[own]]])
        taken = pa.array(own)
        yield _Handled(name, dossiers.take(taken), units.take(taken), accepted[own], hours[own], logs, moves)


def _less_mean(rows: Numbers, kind: Integers) -> Numbers:
    """Rows (dossiers with the same features) less the mean row of those of the same kind."""
    _, of, counts = np.unique(kind, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), rows.shape[1]))
    np.add.at(sums, of, rows)
    return np.asarray(rows - (sums / counts[:, np.newaxis])[of], np.float64)


def _grouped(codes: Integers, count: int) -> list[Integers]:
    """The places of each code, in their order."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count)))


class _Transitions:
    """How often each path takes each transition."""

    def __init__(self, table: pa.Table, paths: list[str]) -> None:
        place = {path: number for number, path in enumerate(paths)}
        known = pc.is_in(table["path"], value_set=pa.array(paths, pa.string()))
        table = table.filter(known)
        source, _ = codes_of(table["source"])
        target, targets = codes_of(table["target"])
        self._path = np.array([place[path] for path in table["path"].to_pylist()], np.int64)
        _, self._move = np.unique(source * max(len(targets), 1) + target, return_inverse=True)
        self._times = np.asarray(table["times"]).astype(np.float64)
        self._order = np.argsort(self._path, kind="stable")
        self._bounds = np.searchsorted(self._path[self._order], np.arange(len(paths) + 1))

    def counted(self, path: Integers) -> Numbers:
        """Return a row per dossier with how often (at most twice) it takes each of the most varied transitions."""
        own, row_of = np.unique(path, return_inverse=True)
        places = np.concatenate([self._order[self._bounds[one] : self._bounds[one + 1]] for one in own] or [own])
        moves, column = np.unique(self._move[places], return_inverse=True)
        table = np.zeros((len(own), len(moves)))
        row = np.searchsorted(own, self._path[places])
        table[row, column] = np.minimum(self._times[places], 2)
        weight = np.bincount(row_of, minlength=len(own)).astype(np.float64)
        mean = weight @ table / max(weight.sum(), 1)
        varied = weight @ (table - mean) ** 2
        kept = np.argsort(-varied, kind="stable")[:_TRANSITIONS]
        return np.asarray(table[:, kept][row_of], np.float64)


def _found(handled: _Handled, question: DriftQuestion, alarms: float) -> Iterator[_Found]:
    logs = handled.logs
    for cut in cuts(logs, alarms):
        if _is_long(handled, cut, question) and _factor(logs, cut) >= question.least_factor:
            yield _Found(handled, "time", cut)
    for cut in cuts(independent(handled.moves, _DIRECTIONS), alarms):
        before, after = handled.moves[cut.start : cut.place], handled.moves[cut.place : cut.end]
        share = np.abs(after.mean(axis=0) - before.mean(axis=0)).max()
        if _is_long(handled, cut, question) and share >= question.least_share:
            yield _Found(handled, "paths", cut)


def _factor(logs: Numbers, cut: Cut) -> float:
    """By which factor (1 or more) the typical time changes: the mean of the logarithms and the median agree on it."""
    before, after = logs[cut.start : cut.place], logs[cut.place : cut.end]
    mean, median = float(after.mean() - before.mean()), float(np.median(after) - np.median(before))
    return float(np.exp(min(abs(mean), abs(median)))) if mean * median > 0 else 1.0


def _is_long(handled: _Handled, cut: Cut, question: DriftQuestion) -> bool:
    """Whether there are enough dossiers and days on both sides."""
    at = handled.accepted
    days = (at[cut.place] - at[cut.start], at[cut.end - 1] - at[cut.place])
    dossiers = (cut.place - cut.start, cut.end - cut.place)
    return min(days) >= question.least_days * _DAY_US and min(dossiers) >= question.least_dossiers


def _told(question: DriftQuestion, found: _Found, q_value: float, steps: pa.Table, versions: list[Version]) -> Change:
    """Say what changed, and whether a version was to change it."""
    handled, cut = found.handled, found.cut
    before, after = slice(cut.start, cut.place), slice(cut.place, cut.end)
    near = [handled.accepted[max(place, 0)] for place in (cut.place - cut.width, cut.place + cut.width - 1)]
    from_at, to_at = (_EPOCH + timedelta(microseconds=int(at)) for at in near)
    margin = timedelta(days=question.version_days)
    first, last = (at.astimezone(_VIETNAM).date() for at in (from_at - margin, to_at + margin))
    sides = (handled.dossiers[before], handled.dossiers[after])
    return Change(
        handled.procedure,
        found.what,
        _EPOCH + timedelta(microseconds=int(handled.accepted[cut.place])),
        from_at,
        to_at,
        cut.place - cut.start,
        cut.end - cut.place,
        float(np.median(handled.hours[before])),
        float(np.median(handled.hours[after])),
        cut.p_value,
        q_value,
        transition_changes(steps, question.calendars, sides, by_time=found.what == "time"),
        unit_changes((handled.units[before], handled.units[after]), (handled.hours[before], handled.hours[after])),
        tuple(one for one in versions if first <= one.effective_from <= last),
    )
