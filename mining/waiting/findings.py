"""Waiting in figures: of a slice, by transition or by anything else, and the steps behind each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from mining.clocks.clock import HeldTime
from mining.waiting.analysis import Rule, Waits
from mining.waiting.causes import CAUSES
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, UNKNOWN_US, Named, Steps, WaitingError
from mining.waiting.timeline import Split

ROLES = ("procedure", "unit", "source_activity", "source_role", "target_activity", "target_role")
"""What a transition is by default: the hand-over from one role to another."""
OFFICERS = ("procedure", "unit", "source_activity", "source_officer", "target_activity", "target_officer")
_TARGET = {"target_activity": "activity", "target_role": "role", "target_officer": "officer"}
_SOURCE = {"source_activity": "activity", "source_role": "role", "source_officer": "officer", "source_unit": "unit"}
_EXACT = 1 << 62


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something could not be told, or only by estimate: a code, and how many rows of how many it is about."""

    code: str
    rows: int
    of: int

    def __str__(self) -> str:
        return _REASONS[self.code].format(rows=f"{self.rows:,}", of=f"{self.of:,}")


_REASONS = {
    "no_steps": "no step is completed, so nothing waited",
    "unknown_starts": "{rows} of {of} steps have no known start: how long they waited is not known",
    "estimated_starts": "{rows} of {of} steps have an estimated start: their waits are estimates too",
    "dropped_starts": "{rows} of {of} steps had a start after their end: it was taken as not known",
    "copies": "{rows} of all {of} completions were typed a second time into another system: they were left out",
    "no_officer": "{rows} of {of} steps name no officer: no queue is known, so batching, contention and"
    " prioritization cannot be told and count as unavailability or extraneous",
    "estimated_without_officer": "{rows} of {of} steps have an estimated start and no officer: they seem to begin as"
    " soon as they are enabled, and their waiting counts as processing",
}


@dataclass(frozen=True, slots=True)
class WaitingTotal:
    """The waiting of some steps. By cause it adds up to the whole, to the microsecond, elapsed and in working time.

    `steps` have a known start; `estimated_share` of these have an estimated one. `unavailability` is no working time.
    """

    steps: int
    dossiers: int
    processing: HeldTime
    waiting: HeldTime
    by_cause: Mapping[str, HeldTime]
    estimated_share: float

    @property
    def cte(self) -> float | None:
        """Cycle-time efficiency, PT / (PT + WT), of elapsed time; None where there is neither."""
        return efficiency(self)

    @property
    def working_cte(self) -> float | None:
        """The same of working time."""
        return efficiency(self, working=True)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """The waiting of the steps that have the same `key`, a name (or None) for each column that was asked for."""

    key: Mapping[str, str | None]
    total: WaitingTotal


@dataclass(frozen=True, slots=True, eq=False)
class WaitingLog:
    """What the steps of a slice waited for. `places` are rows of `waits`, `unknown` are steps without a start.

    `copies` counts the completions of the whole store that were left out, as they had been typed a second time.
    """

    steps: Steps
    waits: Waits
    places: Ints
    unknown: Ints
    rule: Rule
    calendar_versions: tuple[str, ...]
    copies: int = 0

    def within(self, steps: Mask) -> "WaitingLog":
        """Return the part of some steps (a mask over `steps`)."""
        kept = steps[self.waits.row[self.places]]
        return replace(self, places=self.places[kept], unknown=self.unknown[steps[self.unknown]])

    def named(self, column: str) -> Named:
        """Return a column of names for `places`: of the step, or of the one that enabled it (`source_`, `target_`)."""
        rows = self.waits.row[self.places]
        if column in _SOURCE:
            rows = self.waits.enabled.source[rows]
        name = _SOURCE.get(column) or _TARGET.get(column, column)
        if name not in ("procedure", "activity", "unit", "role", "officer"):
            known = ", ".join(("procedure", "unit", *_SOURCE, *_TARGET))
            raise WaitingError(f"{column} is no column to group waiting by; choose from {known}")
        named: Named = getattr(self.steps, name)
        return named.take(rows)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Say what could not be told, or only by estimate."""
        rows = np.concatenate((self.waits.row[self.places], self.unknown))
        nobody, estimated = self.steps.officer.codes[rows] == NONE, self.steps.estimated[rows]
        counts = {
            "unknown_starts": len(self.unknown),
            "estimated_starts": int(estimated.sum()),
            "dropped_starts": int(self.steps.start_dropped[rows].sum()),
            "no_officer": int(nobody.sum()),
            "estimated_without_officer": int((nobody & estimated).sum()),
            "no_steps": int(not len(rows)),
        }
        told = [Reason(code, count, len(rows)) for code, count in counts.items() if count]
        return (*told, Reason("copies", self.copies, len(self.steps) + self.copies)) if self.copies else tuple(told)


def whole_log(
    steps: Steps, waits: Waits, *, rule: Rule, calendar_versions: tuple[str, ...], copies: int = 0
) -> WaitingLog:
    """Put steps and their waits together, all of them."""
    unknown = np.flatnonzero(steps.start_us == UNKNOWN_US)
    return WaitingLog(steps, waits, np.arange(len(waits.row)), unknown, rule, calendar_versions, copies)


def total(log: WaitingLog) -> WaitingTotal:
    """Return the waiting of all steps."""
    rows = grouped(log, {})
    return rows[0].total if rows else WaitingTotal(0, 0, _NO_TIME, _NO_TIME, dict.fromkeys(CAUSES, _NO_TIME), 0.0)


def transitions(log: WaitingLog, by: Sequence[str] = ROLES) -> tuple[WaitingRow, ...]:
    """Return the waiting by transition, the longest first; a source of None is the start of the dossier."""
    return grouped(log, {column: log.named(column) for column in by})


def grouped(log: WaitingLog, by: Mapping[str, Named]) -> tuple[WaitingRow, ...]:
    """Return the waiting by columns of names, each a row for each of `log.places`; the longest first, then by name."""
    if not len(log.places):
        return ()
    group = np.zeros(len(log.places), np.int64)
    for column in by.values():
        group = np.unique(group * (len(column.names) + 1) + column.codes + 1, return_inverse=True)[1]
    rows = log.waits.row[log.places]
    order = np.lexsort((log.steps.dossier[rows], group))
    bounds = np.flatnonzero(np.append(True, group[order][1:] != group[order][:-1]))
    found = _totals(log, order, bounds)
    keys = [{name: column.name(order[bound]) for name, column in by.items()} for bound in bounds]
    named = [WaitingRow(key, one) for key, one in zip(keys, found, strict=True)]
    return tuple(
        sorted(named, key=lambda row: (-row.total.waiting.elapsed_us, [text or "" for text in row.key.values()]))
    )


def efficiency(of: WaitingTotal, removed: HeldTime | None = None, *, working: bool = False) -> float | None:
    """Return PT / (PT + WT), as it would be if `removed` were not waited; None where there is no time at all.

    What removing a cause gains is this with its time (of the whole, or of one transition) less this without.
    """
    processing, waiting = (one.working_us if working else one.elapsed_us for one in (of.processing, of.waiting))
    less = (removed.working_us if working else removed.elapsed_us) if removed else 0
    spent = processing + waiting - less
    return processing / spent if spent else None


def gain(of: WaitingTotal, removed: HeldTime, *, working: bool = False) -> float | None:
    """Return by how much the cycle-time efficiency would grow if `removed` were not waited."""
    before, after = efficiency(of, working=working), efficiency(of, removed, working=working)
    return None if before is None or after is None else after - before


def as_table(log: WaitingLog) -> pa.Table:
    """Return a row per step: identity, dossier, names, instants, marks, and microseconds by cause, `<cause>_us`.

    `<cause>_working_us` is the part in office hours; `waiting` and `processing` are the whole and the work.
    """
    rows = log.waits.row[log.places]
    names = ("procedure", "unit", "target_activity", "target_role", "target_officer", *_SOURCE)
    instants = {
        "enabled_at": log.waits.enabled.at_us[rows],
        "started_at": log.steps.start_us[rows],
        "completed_at": log.steps.end_us[rows],
    }
    splits = {"waiting": log.waits.whole, "processing": log.waits.work, **log.waits.causes}
    return pa.table(
        {
            "identity": log.steps.identity[rows],
            "dossier": log.steps.dossier[rows],
            **{name: log.named(name).arrow() for name in names},
            **{name: pa.array(values).cast(pa.timestamp("us", "UTC")) for name, values in instants.items()},
            "estimated": log.steps.estimated[rows],
            "batched": log.waits.batched[log.places],
            **{f"{name}_us": one.elapsed[log.places] for name, one in splits.items()},
            **{f"{name}_working_us": one.working[log.places] for name, one in splits.items()},
        }
    )


def _totals(log: WaitingLog, order: Ints, bounds: Ints) -> list[WaitingTotal]:
    """The total of each group; the rows of a group stand together in `order`, by dossier."""
    places = log.places[order]
    rows = log.waits.row[places]
    sizes = np.diff(np.append(bounds, len(order)))
    dossier = log.steps.dossier[rows]
    fresh = np.append(True, dossier[1:] != dossier[:-1])
    fresh[bounds] = True
    dossiers = np.add.reduceat(fresh, bounds, dtype=np.int64)
    estimated = np.add.reduceat(log.steps.estimated[rows], bounds, dtype=np.int64) / sizes
    splits = {"processing": log.waits.work, "waiting": log.waits.whole, **log.waits.causes}
    times = {name: _held(one, places, bounds) for name, one in splits.items()}
    return [
        WaitingTotal(
            steps=int(sizes[group]),
            dossiers=int(dossiers[group]),
            processing=times["processing"][group],
            waiting=times["waiting"][group],
            by_cause={cause: times[cause][group] for cause in CAUSES},
            estimated_share=float(estimated[group]),
        )
        for group in range(len(bounds))
    ]


def _held(of: Split, places: Ints, bounds: Ints) -> list[HeldTime]:
    pairs = zip(_sums(of.elapsed[places], bounds), _sums(of.working[places], bounds), strict=True)
    return [HeldTime(*pair) for pair in pairs]


def _sums(values: Ints, bounds: Ints) -> list[int]:
    """Exact sums: what may be too much for 64 bits is added up in two halves."""
    if values.sum(dtype=np.float64) < _EXACT:
        sums: list[int] = np.add.reduceat(values, bounds).tolist()
        return sums
    high, low = (np.add.reduceat(half, bounds).tolist() for half in (values >> 32, values & 0xFFFFFFFF))
    return [(above << 32) + below for above, below in zip(high, low, strict=True)]


_NO_TIME = HeldTime(0, 0)
