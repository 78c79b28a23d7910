"""What can be asked over HTTP about being on time, a class each: equal questions have equal answers."""

from dataclasses import dataclass, replace
from typing import Any

import duckdb

from api import time_answers
from api.findings import Body, Sources
from api.pages import cursor_of
from api.problems import UNKNOWN_PROCEDURE, ProblemError
from mining.clocks.on_time import due_soon, on_time, on_time_dossiers
from mining.clocks.verdict import Basis, OnTimeQuestion
from mining.slice import Slice, scope

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class OnTime:
    """Who was on time, by group, from the `offset`-th group on, at most `limit`?"""

    asked: OnTimeQuestion
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a time_answers.OnTimePage."""
        end = self.offset + self.limit
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            report = on_time(cursor, replace(self.asked, rules=sources.rules), sources.calendars)
        page = time_answers.OnTimePage(
            convention=self.asked.convention,
            by=list(self.asked.by),
            finished_from=self.asked.finished_from,
            as_of=self.asked.as_of,
            calendar_versions=list(report.calendar_versions),
            computed_problem=report.computed_problem,
            total=len(report.rows),
            items=[time_answers.OnTimeRow.model_validate(one) for one in report.rows[self.offset : end]],
            next=cursor_of(end) if len(report.rows) > end else None,
        )
        return Body(page.model_dump_json(by_alias=True).encode(), JSON)


@dataclass(frozen=True, slots=True)
class OnTimeDossiers:
    """Which dossiers are behind a figure, from the `offset`-th by due date on, at most `limit`?

    `group` names what else the dossiers have in common, None where they name none.
    """

    asked: OnTimeQuestion
    basis: Basis
    group: tuple[tuple[str, str | None], ...]
    verdict: str | None
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a time_answers.OnTimeDossierPage."""
        end = self.offset + self.limit
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            asked = replace(self.asked, rules=sources.rules)
            found = on_time_dossiers(
                cursor, asked, sources.calendars, self.basis, group=dict(self.group), verdict=self.verdict
            )
        page = time_answers.OnTimeDossierPage(
            convention=self.asked.convention,
            basis=self.basis,
            finished_from=self.asked.finished_from,
            as_of=self.asked.as_of,
            total=found.num_rows,
            items=[
                time_answers.OnTimeDossier.model_validate(row)
                for row in found.slice(self.offset, self.limit).to_pylist()
            ],
            next=cursor_of(end) if found.num_rows > end else None,
        )
        return Body(page.model_dump_json(by_alias=True).encode(), JSON)


@dataclass(frozen=True, slots=True)
class DueSoon:
    """Which dossiers are due within 24 hours by a basis, from the `offset`-th most urgent on, at most `limit`?"""

    asked: OnTimeQuestion
    basis: Basis
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a time_answers.DueSoonPage."""
        end = self.offset + self.limit
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            found = due_soon(cursor, replace(self.asked, rules=sources.rules), sources.calendars, self.basis)
        page = time_answers.DueSoonPage(
            basis=self.basis,
            as_of=self.asked.as_of,
            calendar_versions=list(sources.calendars.versions),
            total=found.num_rows,
            items=[_due_soon(row) for row in found.slice(self.offset, self.limit).to_pylist()],
            next=cursor_of(end) if found.num_rows > end else None,
        )
        return Body(page.model_dump_json(by_alias=True).encode(), JSON)


def _due_soon(row: dict[str, Any]) -> time_answers.DueSoonDossier:
    named = {name: row[name] for name in ("dossier", "procedure", "field", "unit", "channel", "due_at")}
    return time_answers.DueSoonDossier(
        **named,
        remaining_seconds=row["remaining_us"] / 1e6,
        remaining_working_seconds=row["remaining_working_us"] / 1e6,
    )


def known(cursor: duckdb.DuckDBPyConnection, procedure: str | None) -> None:
    """Raise the problem that a procedure is unknown, where one is named that no event ever named."""
    if procedure is not None and not scope(cursor, Slice(procedure=procedure))["cohorts"]:
        raise ProblemError(UNKNOWN_PROCEDURE, code=procedure)
