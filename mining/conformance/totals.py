"""What comparing found, summed up: by kind of deviation, by version, and how far it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from mining.ask import rows
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import Fit, sum_fits, unit_fits
from mining.slice import Slice, scope

_HOUR_US = 3_600_000_000
_NUMBERS = ("dossiers", "conforming", "fitting", "cost", "worst_cost", "inexact")


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many dossiers of a procedure and unit (None: not known) have deviations of a kind, and how often.

    `lost_hours` are working hours, as of `findings.StepDeviation`.
    """

    procedure: str
    unit: str | None
    kind: DeviationKind
    dossiers: int
    occurrences: int
    lost_hours: float


@dataclass(frozen=True, slots=True)
class KindSum:
    """The same for a kind in all."""

    kind: DeviationKind
    dossiers: int
    occurrences: int
    lost_hours: float


@dataclass(frozen=True, slots=True)
class VersionFit:
    """How well dossiers fit an approved process; all but the key are None for one that is approved no longer."""

    process_key: str
    procedure: str | None
    version: str | None
    decision: str | None
    case_variant: str | None
    channel: str | None
    effective_from: date | None
    effective_to: date | None
    fit: Fit


@dataclass(frozen=True, slots=True)
class Progress:
    """Up to which event dossiers are derived, and up to which they are compared; None: never yet."""

    mined_event_no: int
    compared_event_no: int | None

    @property
    def complete(self) -> bool:
        """Whether every dossier that is derived is compared."""
        return self.compared_event_no == self.mined_event_no


@dataclass(frozen=True, slots=True)
class Overview:
    """How the dossiers of a slice compare in all, as `findings.Conformance` has it, without what deviates where."""

    accepted: int
    uncompared: int
    fit: Fit


def overview(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> Overview:
    """Return how the dossiers of a slice compare in all; faster than `findings.conformance`."""
    (found,) = rows(cursor, "conformance_uncompared", scope(cursor, chosen))
    return Overview(**found, fit=sum_fits([one.fit for one in unit_fits(cursor, chosen)]))


def kind_counts(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> tuple[KindCount, ...]:
    """Return how many dossiers of a slice deviate how, by procedure and unit."""
    found = rows(cursor, "conformance_kinds", scope(cursor, chosen))
    return tuple(
        KindCount(
            row["procedure"],
            row["unit"],
            DeviationKind(row["kind"]),
            row["dossiers"],
            row["occurrences"],
            row["lost_us"] / _HOUR_US,
        )
        for row in found
    )


def kind_sums(counts: Iterable[KindCount]) -> tuple[KindSum, ...]:
    """Sum up by kind, every kind once; a dossier is of one procedure and unit, so that dossiers add up."""
    own: dict[DeviationKind, list[KindCount]] = {kind: [] for kind in DeviationKind}
    for one in counts:
        own[one.kind].append(one)
    return tuple(
        KindSum(
            kind,
            sum(one.dossiers for one in some),
            sum(one.occurrences for one in some),
            sum(one.lost_hours for one in some),
        )
        for kind, some in own.items()
    )


def version_fits(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> tuple[VersionFit, ...]:
    """Return how well the dossiers of a slice fit each version that was in force for them, the oldest first."""
    found = rows(cursor, "conformance_version_fits", scope(cursor, chosen))
    return tuple(VersionFit(fit=Fit(**{name: row.pop(name) for name in _NUMBERS}), **row) for row in found)


def progress(cursor: duckdb.DuckDBPyConnection) -> Progress:
    """Return how far comparing has come."""
    state = rows(cursor, "conformance_state")[0]
    return Progress(state["mined"], state["watermark"])
