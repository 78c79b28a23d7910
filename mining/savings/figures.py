"""The values of the time-saved account. All hours are working hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mining.savings.judgement import Reason, Verdict
from mining.savings.nominal import Change, Cuts, Nominal
from mining.savings.question import Question
from mining.savings.sides import Sides


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval, None where there are too few dossiers for one."""

    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """What the log shows of a group of dossiers under a change.

    Of `taken_in` dossiers, `compared` can be compared with the `before` finished ones, and `finished` of them are
    finished. `expected_hours` is what one would have taken without the change, `taken_hours` what it took,
    `per_dossier` the difference, and `hours` that of all compared ones. `volume_hours` is what the limits promised for
    all that were taken in.
    """

    taken_in: int
    compared: int
    finished: int
    before: int
    expected_hours: float | None
    taken_hours: float | None
    per_dossier: Interval | None
    hours: Interval
    volume_hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One version that replaced another, and what became of it."""

    change: Change
    realised: Realised
    sides: Sides
    verdict: Verdict
    reason: Reason
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRow:
    """A procedure with all its changes of the period; what its processes save adds up to what it saves."""

    procedure: str
    name: str | None
    field: str | None
    changes: tuple[Change, ...]
    cuts: Cuts
    realised: Realised
    sides: Sides
    verdict: Verdict
    reason: Reason
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRow:
    """The dossiers under a change of one field, level of units, unit or month of intake; None: not known.

    `nominal_hours` is given by field only, as limits belong to procedures.
    """

    name: str | None
    realised: Realised
    nominal_hours: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """Working hours a year that opportunities would save, overlaps counted once, in all and by procedure of the log."""

    whole: Interval
    procedures: Mapping[str, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account of a question, which names the seed and the number of replicates of all intervals.

    Rows are sorted by procedure, day and key, sums by name. `sums` has field, level, unit and month; the hours of each
    add up to `realised.hours`. `verdicts` counts the procedures. `potential` is None where opportunities were not
    looked for (`mining.savings.potential`).
    """

    question: Question
    nominal: Nominal
    realised: Realised
    procedures: tuple[ProcedureRow, ...]
    processes: tuple[ProcessRow, ...]
    sums: Mapping[str, tuple[SumRow, ...]]
    verdicts: Mapping[Verdict, int]
    warnings: tuple[str, ...]
    calendar_versions: tuple[str, ...]
    potential: Potential | None = None
