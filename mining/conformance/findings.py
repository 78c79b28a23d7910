"""What comparing found: how well dossiers fit their approved processes, what deviates, and which dossiers these are.

`check.refresh_conformance` keeps it up to date; these functions only ask. docs/conformance.md has every formula.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from mining.ask import rows
from mining.conformance import ConformanceError
from mining.conformance.approved import approved_processes
from mining.conformance.deviations import DeviationKind
from mining.conformance.matching import MatchedBy, Suggestion, suggestions
from mining.conformance.rules import Sign
from mining.slice import Slice, scope

_HOUR_US = 3_600_000_000
_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Fit:
    """How well dossiers fit: `conforming` have no deviation of any kind, `fitting` none from the order of the steps.

    `cost` and `worst_cost` are the sums over the dossiers. `inexact` dossiers took too long to align: their cost is an
    upper bound, and so the fitness a lower one.
    """

    dossiers: int
    conforming: int
    fitting: int
    cost: int
    worst_cost: int
    inexact: int

    @property
    def fitness(self) -> float | None:
        """1 - cost / worst cost, 0 to 1 (van der Aalst, Adriansyah, van Dongen 2012); None without dossiers."""
        if not self.dossiers:
            return None
        return 1 - self.cost / self.worst_cost if self.worst_cost else 1.0

    @property
    def conforming_share(self) -> float | None:
        """Which share of the dossiers conforms; None without dossiers."""
        return self.conforming / self.dossiers if self.dossiers else None


@dataclass(frozen=True, slots=True)
class UnitFit:
    """How well the dossiers of a procedure fit that a unit handles (None: the unit is not known)."""

    procedure: str
    unit: str | None
    fit: Fit


@dataclass(frozen=True, slots=True)
class StepDeviation:
    """A deviation from a step of an approved process, and how many dossiers have it how often.

    `number` and `task` are None for work that the process does not have, which is told by `activity`. `unit` and `role`
    are those that did the work of a wrong unit or role. `lost_hours` are the approved hours of skipped steps, the hours
    over the approved ones, else the working hours of the instances: measured from their starts, or from the
    completions before them, or not at all.
    """

    kind: DeviationKind
    process_key: str
    procedure: str | None
    version: str | None
    number: str | None
    task: str | None
    activity: str | None
    unit: str | None
    role: str | None
    approved_unit: str | None
    approved_role: str | None
    approved_hours: float | None
    dossiers: int
    occurrences: int
    lost_hours: float
    from_start: int
    from_previous: int
    unmeasured: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What is odd about an approved process; an `unusable` one can be compared with nothing."""

    process_key: str
    procedure: str
    version: str
    remark: str
    unusable: bool


@dataclass(frozen=True, slots=True)
class Conformance:
    """How the dossiers of a slice compare with their approved processes.

    Of the `accepted` dossiers `uncompared` have no process in force that can be compared with, or no completed step.
    """

    accepted: int
    uncompared: int
    fit: Fit
    deviations: tuple[StepDeviation, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class DeviatingDossier:
    """A dossier (by its pseudonym) with deviations of the kind asked for; received at `opened_at` (UTC)."""

    dossier: UUID
    opened_at: datetime
    procedure: str
    unit: str | None
    occurrences: int
    lost_hours: float


@dataclass(frozen=True, slots=True)
class DeviatingTotal:
    """How many dossiers have the deviations asked for, and how often in all."""

    dossiers: int
    occurrences: int
    lost_hours: float


@dataclass(frozen=True, slots=True)
class InstanceDeviation:
    """One deviation of one dossier; `position` counts from 1 along its path, None for a skipped step.

    `measured` says from when the hours count: start, previous (the completion before), approved (not measured), None.
    """

    kind: DeviationKind
    number: str | None
    task: str | None
    position: int | None
    activity: str | None
    unit: str | None
    role: str | None
    approved_unit: str | None
    approved_role: str | None
    lost_hours: float
    measured: str | None


@dataclass(frozen=True, slots=True)
class DossierConformance:
    """How one dossier compares with the process in force for it."""

    dossier: UUID
    process_key: str
    procedure: str | None
    version: str | None
    cost: int
    worst_cost: int
    exact: bool
    deviations: tuple[InstanceDeviation, ...]


@dataclass(frozen=True, slots=True)
class ActivityMatch:
    """What an activity (with the step of its event) is taken for: a step by number and task, or a sign of the rules."""

    process_key: str
    procedure: str
    version: str
    activity: str
    event_step: str | None
    number: str | None
    task: str | None
    sign: Sign | None
    matched_by: MatchedBy


@dataclass(frozen=True, slots=True)
class DeviationQuery:
    """Which deviations: a kind, and if wanted a process, a step by its number, an activity, who did it.

    Raises ConformanceError for a kind that is none.
    """

    kind: str
    process_key: str | None = None
    number: str | None = None
    activity: str | None = None
    unit: str | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in list(DeviationKind):
            raise ConformanceError(f"there is no deviation '{self.kind}'; choose from {', '.join(DeviationKind)}")


def conformance(cursor: duckdb.DuckDBPyConnection, chosen: Slice, *, most: int | None = None) -> Conformance:
    """Return how the dossiers of a slice compare, with at most `most` deviations, those of the most dossiers."""
    within = scope(cursor, chosen)
    fits = [_fit(row) for row in rows(cursor, "conformance_fits", within)]
    return Conformance(
        **rows(cursor, "conformance_uncompared", within)[0],
        fit=sum_fits(fits),
        deviations=tuple(
            StepDeviation(**_in_hours(row)) for row in rows(cursor, "conformance_deviations", _limited(within, most))
        ),
        remarks=tuple(Remark(**row) for row in rows(cursor, "conformance_remarks", {"procedure": chosen.procedure})),
    )


def unit_fits(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> tuple[UnitFit, ...]:
    """Return how well the dossiers of a slice fit, by procedure and unit."""
    found = rows(cursor, "conformance_fits", scope(cursor, chosen))
    return tuple(UnitFit(row["procedure"], row["unit"], _fit(row)) for row in found)


def deviating_dossiers(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice, query: DeviationQuery, *, limit: int = 100, offset: int = 0
) -> tuple[DeviatingDossier, ...]:
    """Return the dossiers behind a deviation, those with the most hours first."""
    if limit < 1 or offset < 0:
        raise ConformanceError(f"limit {limit} and offset {offset}: ask for at least 1 from 0 on")
    asked = {**scope(cursor, chosen), **asdict(query)}
    found = rows(cursor, "conformance_deviating", {**asked, "most": limit, "skipped": offset})
    return tuple(DeviatingDossier(**(_in_hours(row) | {"dossier": UUID(row["dossier"])})) for row in found)


def deviating_total(cursor: duckdb.DuckDBPyConnection, chosen: Slice, query: DeviationQuery) -> DeviatingTotal:
    """Return how many dossiers `deviating_dossiers` lists in all."""
    (found,) = rows(cursor, "conformance_deviating_total", {**scope(cursor, chosen), **asdict(query)})
    return DeviatingTotal(**_in_hours(found))


def dossier_conformance(cursor: duckdb.DuckDBPyConnection, dossier: UUID) -> DossierConformance | None:
    """Return how one dossier compares, or None where it was not compared."""
    found = rows(cursor, "conformance_of_dossier", {"dossier": dossier})
    if not found:
        return None
    deviations = rows(cursor, "conformance_of_dossier_deviations", {"dossier": dossier})
    return DossierConformance(
        dossier=dossier, **found[0], deviations=tuple(InstanceDeviation(**_in_hours(row)) for row in deviations)
    )


def activity_matches(cursor: duckdb.DuckDBPyConnection, procedure: str | None = None) -> tuple[ActivityMatch, ...]:
    """Return what the activities of a procedure, or of all, are taken for."""
    found = []
    for row in rows(cursor, "conformance_matches", {"procedure": procedure}):
        symbol = row.pop("symbol")
        named = row if symbol > 0 else row | {"number": None, "task": None}
        by = MatchedBy(row["matched_by"])
        found.append(ActivityMatch(**(named | {"matched_by": by, "sign": Sign(symbol) if symbol < 0 else None})))
    return tuple(found)


def step_suggestions(cursor: duckdb.DuckDBPyConnection, procedure: str) -> tuple[Suggestion, ...]:
    """Return likely steps for the activities of a procedure that nothing matches, for a person to decide."""
    unmatched: dict[str, list[str]] = {}
    for one in activity_matches(cursor, procedure):
        if one.matched_by is MatchedBy.NOTHING:
            unmatched.setdefault(one.process_key, []).append(one.activity)
    found: dict[tuple[str, str], Suggestion] = {}
    for process in approved_processes(cursor, procedure):
        for likely in suggestions(sorted(set(unmatched.get(process.process_key, ()))), process.steps):
            found.setdefault((likely.activity, likely.step), likely)
    return tuple(sorted(found.values(), key=lambda one: (one.activity, -one.score, one.step)))


def _limited(within: dict[str, Any], most: int | None) -> dict[str, Any]:
    if most is not None and most < 1:
        raise ConformanceError(f"the number of deviations is {most}; ask for at least 1")
    return {**within, "most": most or _ALL}


def _fit(row: dict[str, Any]) -> Fit:
    return Fit(**{name: row[name] for name in _FIT})


def sum_fits(fits: Sequence[Fit]) -> Fit:
    """Return how well the dossiers of several groups fit together, of which none is in two groups."""
    return Fit(**{name: sum(getattr(fit, name) for fit in fits) for name in _FIT})


_FIT = ("dossiers", "conforming", "fitting", "cost", "worst_cost", "inexact")


def _in_hours(row: dict[str, Any]) -> dict[str, Any]:
    lost = {"lost_hours": row["lost_us"] / _HOUR_US}
    kind = {"kind": DeviationKind(row["kind"])} if "kind" in row else {}
    return {name: value for name, value in row.items() if name != "lost_us"} | lost | kind
