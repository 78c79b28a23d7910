"""What can be asked over HTTP about units, a class each. All procedures are compared at once: chance depends on it."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from api.compliance.asked import Page, file, json
from api.findings import Body, Passing, Sources
from api.improvement.asked import Listed, checked, names_of
from api.improvement.bottleneck_questions import listed_body
from api.improvement.documents import Shown, unit_page
from api.improvement.kept import Head, OfLog, Part
from api.improvement.tables import TITLES, unit_table
from api.problems import UNKNOWN_UNIT, ProblemError
from api.settings import Language
from mining.clocks.clock import Calendars
from mining.slice import Slice, scope
from mining.units_compared.comparison import UnitsCompared, UnitsQuestion, compare_units, unit_dossiers
from mining.units_compared.dossiers import Measure


@dataclass(frozen=True, slots=True)
class Compared:
    """Units compared and what that rests on; None: no step is completed."""

    head: Head
    found: UnitsCompared | None


@dataclass(frozen=True, slots=True)
class ComparedUnits(OfLog):
    """All units at all procedures, by the dossiers of a part."""

    question: UnitsQuestion

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Compared:
        """Compare them."""
        waited, log = self.seen(cursor)
        if not len(log.steps):
            return Compared(Head.of(waited, log), None)
        found = compare_units(cursor, log, self.question)
        return Compared(Head.of(waited, log), found)


@dataclass(frozen=True, slots=True)
class HandledDossiers(OfLog):
    """The finished dossiers of a unit at a procedure."""

    procedure: str
    unit: str | None
    measure: Measure

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Listed:
        """Find them, with what each took."""
        waited, log = self.seen(cursor)
        found = unit_dossiers(cursor, log, procedure=self.procedure, unit=self.unit, measure=self.measure)
        return Listed(Head.of(waited, log), found)


@dataclass(frozen=True, slots=True)
class _About(Passing):
    """Which units are asked about; `part` names neither procedure nor unit."""

    part: Part
    question: UnitsQuestion
    page: Page
    language: Language

    def _body(self, sources: Sources, is_asked: Callable[[str, str | None], bool]) -> Body:
        compared = sources.kept.get(ComparedUnits(self.part, sources.kept, sources.officers, self.question))
        shown = Shown(compared.head, self.page, names_of(sources))
        if self.page.form is None:
            return json(unit_page(compared.found, self.question, shown, is_asked))
        rows = [row for row in compared.found.rows if is_asked(row.procedure, row.unit)] if compared.found else []
        notes = compared.head.notes(self.language)
        return file(unit_table(rows), self.page.form, title=TITLES["units"][self.language], notes=notes)


@dataclass(frozen=True, slots=True)
class UnitsOf(_About):
    """How do the units compare at one procedure?"""

    code: str

    def answer(self, sources: Sources) -> Body:
        """Return an answers.UnitPage, or a table; an unknown procedure is a ProblemError."""
        checked(sources, Part(Slice(procedure=self.code)))
        return self._body(sources, lambda procedure, _unit: procedure == self.code)


@dataclass(frozen=True, slots=True)
class OneUnit(_About):
    """How does a unit compare at all its procedures?"""

    code: str

    def answer(self, sources: Sources) -> Body:
        """Return an answers.UnitPage, or a table; a unit that received no dossier is a ProblemError."""
        known_unit(sources, self.code)
        return self._body(sources, lambda _procedure, unit: unit == self.code)


@dataclass(frozen=True, slots=True)
class UnitDossiers(Passing):
    """Which dossiers are behind a unit at a procedure?"""

    part: Part
    unit: str
    of: tuple[str, Measure]
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.HoursPage, or a table of all dossiers."""
        known_unit(sources, self.unit)
        procedure, measure = self.of
        checked(sources, Part(Slice(procedure=procedure)))
        wanted = HandledDossiers(self.part, sources.kept, sources.officers, procedure, self.unit, measure)
        return listed_body(sources, sources.kept.get(wanted), self.page, self.language)


def known_unit(sources: Sources, code: str) -> None:
    """Raise a ProblemError for a unit that received no dossier."""
    with sources.reading() as cursor:
        if not scope(cursor, Slice(unit=code))["cohorts"]:
            raise ProblemError(UNKNOWN_UNIT, code=code)
