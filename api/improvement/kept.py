"""What follows from the waiting log of the whole city, told once (`api/waiting/kept.py`) and kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from api.costly import Keeper
from api.improvement import answers
from api.reports.answers import InWords
from api.settings import Language
from api.waiting.answers import WaitingReason
from api.waiting.found import reason_text
from api.waiting.kept import Waited, WholeCity
from api.wording import Wording
from mining.ask import rows
from mining.bottlenecks.measure import Period, period_of
from mining.bottlenecks.ranking import of_procedures
from mining.clocks.clock import Calendars
from mining.opportunities.ranking import opportunities
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunities
from mining.slice import Slice
from mining.waiting.answers import within
from mining.waiting.desks import Availability
from mining.waiting.findings import Reason, WaitingLog
from mining.working_time.worktime import WorkingTime

_ALL = Slice()


@dataclass(frozen=True, slots=True)
class Part:
    """The dossiers that are looked at: a slice, of procedures of one field; None: of all."""

    chosen: Slice = _ALL
    field: str | None = None

    def of(self, cursor: duckdb.DuckDBPyConnection, log: WaitingLog) -> WaitingLog:
        """Return the part of a log; no catalogue knows of no field."""
        part = log if self.chosen == _ALL else within(cursor, log, self.chosen)
        return part if self.field is None else of_procedures(part, _of_field(cursor, self.field))


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer rests on, as all documents of this package say it; `period` None: nothing is completed."""

    as_of: datetime | None
    calendar_versions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    period: Period | None

    @classmethod
    def of(cls, waited: Waited, log: WaitingLog) -> "Head":
        """Return it for a part of the log that is kept."""
        period = period_of(log) if len(log.steps) else None
        return cls(waited.as_of, waited.calendar_versions, log.reasons, period)

    def document(self) -> answers.RestsOn:
        """Return it as every document begins."""
        return answers.RestsOn(
            as_of=self.as_of,
            calendar_versions=list(self.calendar_versions),
            reasons=[_reason(one) for one in self.reasons],
            period=_shown(self.period) if self.period else None,
        )

    def notes(self, language: Language) -> tuple[str, ...]:
        """Return what has to stand beside a table."""
        versions = Wording(language).say("calendars", versions=", ".join(self.calendar_versions))
        return (*(reason_text(one, language) for one in self.reasons), versions)


@dataclass(frozen=True, slots=True)
class OfLog:
    """Something that follows from the waiting log of some dossiers; equal ones have equal results."""

    part: Part
    kept: Keeper = field(compare=False, repr=False)
    officers: Mapping[str, WorkingTime] = field(compare=False, repr=False)

    def seen(self, cursor: duckdb.DuckDBPyConnection) -> tuple[Waited, WaitingLog]:
        """Return the log of the whole store, told or kept, and the part that is looked at."""
        waited = self.kept.get(WholeCity(self.officers))
        return waited, self.part.of(cursor, waited.log)


@dataclass(frozen=True, slots=True)
class Searched:
    """Opportunities and what they rest on; None: no step is completed."""

    head: Head
    found: Opportunities | None

    @property
    def as_of(self) -> datetime | None:
        """Up to when the log was read that was searched."""
        return self.head.as_of


@dataclass(frozen=True, slots=True)
class CitySearch(OfLog):
    """The opportunities of the whole store, with thresholds; `part` is all of it."""

    settings: Settings

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> Searched:
        """Search it."""
        waited, log = self.seen(cursor)
        if not len(log.steps):
            return Searched(Head.of(waited, log), None)
        found = opportunities(cursor, log, Availability(calendars, self.officers), self.settings)
        return Searched(Head.of(waited, log), found)


def _of_field(cursor: duckdb.DuckDBPyConnection, wanted: str) -> frozenset[str]:
    if not rows(cursor, "has_catalogue")[0]["known"]:
        return frozenset()
    return frozenset(row["procedure"] for row in rows(cursor, "procedure_fields") if row["field"] == wanted)


def _shown(period: Period) -> answers.ScaledPeriod:
    return answers.ScaledPeriod(from_at=period.from_at, to_at=period.to_at, times_a_year=period.a_year)


def _reason(reason: Reason) -> WaitingReason:
    words = InWords(vi=reason_text(reason, Language.VI), en=reason_text(reason, Language.EN))
    return WaitingReason(code=reason.code, rows=reason.rows, of=reason.of, text=words)
