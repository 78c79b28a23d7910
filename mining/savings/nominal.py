"""What re-engineering should save by the catalogue alone: old limit minus new limit, exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

import duckdb

from mining.ask import rows

WORKING_DAY_HOURS = Decimal(8)
NOTHING = Decimal(0)

Kind = Literal["shortened", "lengthened", "equal", "first", "incomparable"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as it was approved: so many hours, working_days or calendar_days."""

    amount: Decimal
    unit: str

    @property
    def hours(self) -> Decimal | None:
        """The limit in working hours, a working day having 8; None for calendar days, which are not converted."""
        if self.unit == "calendar_days":
            return None
        return self.amount * WORKING_DAY_HOURS if self.unit == "working_days" else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A version of an approved process, with what a person should look at."""

    process_key: str
    procedure: str
    name: str | None
    field: str | None
    case_variant: str | None
    channel: str | None
    version: str
    decision: str
    limit: Limit
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A version and the one that applied to the same dossiers before it, None for a first version.

    `since` is its first day of intake. `kind` tells a shorter, longer or equal limit, or that there is nothing to
    compare with.
    """

    since: date
    new: Approved
    old: Approved | None

    @property
    def kind(self) -> Kind:
        """Whether the limit was shortened, lengthened, left equal, or cannot be compared."""
        if self.old is None:
            return "first"
        cut = self.cut_hours if self.cut_calendar_days is None else self.cut_calendar_days
        if cut is None:
            return "incomparable"
        return "shortened" if cut > 0 else "lengthened" if cut < 0 else "equal"

    @property
    def cut_hours(self) -> Decimal | None:
        """Old limit - new limit in working hours; None where one of them has none."""
        old, new = self.old.limit.hours if self.old else None, self.new.limit.hours
        return None if old is None or new is None else old - new

    @property
    def cut_calendar_days(self) -> Decimal | None:
        """Old limit - new limit where both are in calendar days."""
        both = (self.old.limit, self.new.limit) if self.old else ()
        if not both or any(limit.unit != "calendar_days" for limit in both):
            return None
        return both[0].amount - both[1].amount


@dataclass(frozen=True, slots=True)
class Cuts:
    """The nominal account of some changes; `hours` = shortened_hours - lengthened_hours.

    Limits in calendar days are counted apart, in `calendar_days`. `percent` is the cut of the shortened and lengthened
    limits together over the limits before; None of nothing.
    """

    hours: Decimal
    shortened_hours: Decimal
    lengthened_hours: Decimal
    calendar_days: Decimal
    old_hours: Decimal
    reengineered: bool

    @classmethod
    def of(cls, changes: Sequence[Change]) -> "Cuts":
        """Add changes up, which are sorted by day within a procedure."""
        cuts = [change.cut_hours for change in changes if change.cut_hours is not None]
        days = [change.cut_calendar_days for change in changes if change.cut_calendar_days is not None]
        shortened = sum((cut for cut in cuts if cut > 0), NOTHING)
        lengthened = -sum((cut for cut in cuts if cut < 0), NOTHING)
        return cls(
            shortened - lengthened,
            shortened,
            lengthened,
            sum(days, NOTHING),
            _limits_before(changes),
            any(change.kind == "shortened" for change in changes),
        )

    @property
    def percent(self) -> float | None:
        """100 x hours / old_hours."""
        return float(100 * self.hours / self.old_hours) if self.old_hours else None


@dataclass(frozen=True, slots=True)
class Nominal:
    """The official figure: of `procedures` in the catalogue, so many `changed`, so many `reengineered` (shortened).

    The percentages are over the re-engineered procedures: their mean, and the mean weighted by old limits.
    """

    procedures: int
    changed: int
    reengineered: int
    cuts: Cuts
    mean_percent: float | None
    weighted_percent: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From which day on which process applies to a line; None: none any more."""

    since: date
    process_key: str | None


Line = tuple[str, str | None, str | None]
"""Procedure, case variant and channel, as the catalogue or the dossiers say them."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is approved: the processes by key, and for each line what applies from when on.

    `named` are the lines that the catalogue names itself, `fields` the field of each procedure.
    """

    approved: Mapping[str, Approved]
    courses: Mapping[Line, tuple[Stretch, ...]]
    named: frozenset[Line]
    fields: Mapping[str, str | None]


def read_catalogue(cursor: duckdb.DuckDBPyConnection) -> Catalogue:
    """Read what is approved from the tables of `ingest/catalogue.sql`."""
    approved = {row["process_key"]: _approved(row) for row in rows(cursor, "savings_processes")}
    courses: dict[Line, tuple[Stretch, ...]] = {}
    named: set[Line] = set()
    said = rows(cursor, "savings_courses")
    for line, own in groupby(said, key=lambda row: (row["procedure"], row["case_variant"], row["channel"])):
        stretches = list(own)
        courses[line] = tuple(Stretch(row["since"], row["process_key"]) for row in stretches)
        if stretches[0]["named"]:
            named.add(line)
    fields = {row["procedure"]: row["field"] for row in rows(cursor, "savings_procedures")}
    return Catalogue(approved, courses, frozenset(named), fields)


def changes(
    catalogue: Catalogue, since: date | None, before: date | None, first_since: date | None = None
) -> tuple[Change, ...]:
    """Return the versions that came into force in [since, before) for a line that the catalogue names, each once.

    By procedure, day and key. The predecessor is what applied to the dossiers of the line last before; versions
    without one are returned from `first_since` on, if that is given: the catalogue had to begin with some.
    """
    found: dict[tuple[str, str | None], Change] = {}
    for line in sorted(catalogue.named, key=_line_order):
        for stretch, previous in consecutive(catalogue.courses.get(line, ())):
            within = (since is None or stretch.since >= since) and (before is None or stretch.since < before)
            begins = previous is None and (first_since is None or stretch.since < first_since)
            if within and not begins and stretch.process_key is not None:
                old = catalogue.approved[previous] if previous else None
                change = Change(stretch.since, catalogue.approved[stretch.process_key], old)
                found.setdefault((stretch.process_key, previous), change)
    return tuple(sorted(found.values(), key=_order))


def consecutive(course: Iterable[Stretch]) -> list[tuple[Stretch, str | None]]:
    """Return each stretch of a line in which a process applies, with the one that applied last before, if any."""
    found: list[tuple[Stretch, str | None]] = []
    last: str | None = None
    for stretch in course:
        if stretch.process_key is not None and stretch.process_key != last:
            found.append((stretch, last))
            last = stretch.process_key
    return found


def nominal(catalogue: Catalogue, found: Sequence[Change]) -> Nominal:
    """Add up the changes per procedure and in all."""
    per_procedure = [Cuts.of(own) for own in by_procedure(found).values()]
    reengineered = [cuts for cuts in per_procedure if cuts.reengineered]
    percents = [cuts.percent for cuts in reengineered if cuts.percent is not None]
    old = sum((cuts.old_hours for cuts in reengineered), NOTHING)
    cut = sum((cuts.hours for cuts in reengineered), NOTHING)
    return Nominal(
        procedures=len(catalogue.fields),
        changed=sum(any(change.old for change in own) for own in by_procedure(found).values()),
        reengineered=len(reengineered),
        cuts=Cuts.of(found),
        mean_percent=sum(percents) / len(percents) if percents else None,
        weighted_percent=float(100 * cut / old) if old else None,
    )


def by_procedure(found: Iterable[Change]) -> dict[str, list[Change]]:
    """Put changes together by their procedure, in their order."""
    together: dict[str, list[Change]] = {}
    for change in found:
        together.setdefault(change.new.procedure, []).append(change)
    return together


def _limits_before(changes: Sequence[Change]) -> Decimal:
    """Add up the limits that the changes started from; one that an earlier change brought is no such limit."""
    total, brought = NOTHING, set[str]()
    for change in changes:
        if change.old and change.cut_hours is not None:
            total += NOTHING if change.old.process_key in brought else change.old.limit.hours or NOTHING
            brought.add(change.new.process_key)
    return total


def _approved(row: dict[str, Any]) -> Approved:
    limit = Limit(Decimal(str(row.pop("limit_amount"))), row.pop("limit_unit"))
    return Approved(**(row | {"limit": limit, "warnings": tuple(row["warnings"])}))


def _line_order(line: Line) -> tuple[Any, ...]:
    return tuple((word is not None, word or "") for word in line)


def _order(change: Change) -> tuple[str, date, str, str]:
    return (change.new.procedure, change.since, change.new.process_key, change.old.process_key if change.old else "")
