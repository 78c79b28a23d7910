"""What can be asked over HTTP about change over time; the changes of all procedures are found at once and kept."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import duckdb

from api.compliance import change_answers as answers
from api.compliance.asked import Page, json
from api.findings import Body, Passing, Sources
from api.time_questions import known
from mining.clocks.clock import Calendars
from mining.drift.findings import Change, DriftQuestion, What, changes


@dataclass(frozen=True, slots=True)
class _Found:
    """The changes of all procedures, and the question that found them."""

    question: DriftQuestion
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """The changes of all procedures up to an instant: what is chance depends on how many are looked at."""

    as_of: datetime | None

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> _Found:
        """Find them."""
        as_of = self.as_of or datetime.now(UTC).replace(microsecond=0)
        asked = DriftQuestion(as_of=as_of, calendars=calendars)
        return _Found(asked, changes(cursor, asked))


@dataclass(frozen=True, slots=True)
class ProcedureChanges(Passing):
    """Since when do the dossiers of a procedure take another way or another time?"""

    code: str
    as_of: datetime | None
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a change_answers.ProcedureChanges."""
        with sources.reading() as cursor:
            known(cursor, self.code)
        found = sources.kept.get(FoundChanges(self.as_of))
        return json(
            answers.ProcedureChanges(
                procedure=self.code,
                as_of=found.question.as_of,
                calendar_versions=list(found.question.calendars.versions),
                items=[answers.Change.model_validate(one) for one in found.changes if one.procedure == self.code],
            )
        )


@dataclass(frozen=True, slots=True)
class AllChanges(Passing):
    """Which procedures changed in time or paths, intended or not; None: both?"""

    as_of: datetime | None
    what: What | None
    intended: bool | None
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a change_answers.ChangePage."""
        found = sources.kept.get(FoundChanges(self.as_of))
        wanted = sorted(filter(self._is_wanted, found.changes), key=lambda one: one.at, reverse=True)
        return json(
            answers.ChangePage(
                as_of=found.question.as_of,
                calendar_versions=list(found.question.calendars.versions),
                total=len(wanted),
                items=[answers.ChangeOfProcedure.model_validate(one) for one in self.page.of(wanted)],
                next=self.page.next(len(wanted)),
            )
        )

    def _is_wanted(self, one: Change) -> bool:
        return self.what in (None, one.what) and self.intended in (None, one.intended)
