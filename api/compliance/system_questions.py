"""What can be asked over HTTP about two systems, a class each; the copies behind it are found once and kept a while."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from api.compliance import system_answers as answers
from api.compliance.asked import LookedAt, Page, file, in_group, json
from api.findings import Body, Passing, Sources
from api.time_questions import known
from mining.clocks.clock import Calendars
from mining.two_systems import (
    DoubleEntry,
    Every,
    SwitchOff,
    SystemShare,
    TwoSystemsQuestion,
    counted,
    double_entry_steps,
    switch_off,
    switch_off_dossiers,
    system_shares,
)

What = Literal["double_entry", "shares"]

_SHARES = pa.schema(
    [
        *(("period_start", pa.date32()), ("system", pa.string()), ("events", pa.int64()), ("dossiers", pa.int64())),
        *(("event_share", pa.float64()), ("dossier_share", pa.float64())),
    ]
)
_ENTRIES = pa.schema(
    [
        *((name, pa.string()) for name in ("procedure", "unit")),
        *((name, pa.int64()) for name in ("dossiers", "steps", "by_code", "by_work", "timed", "assumed")),
        *((name, pa.float64()) for name in ("hours", "timed_hours", "assumed_hours")),
    ]
)


@dataclass(frozen=True, slots=True)
class _Found:
    """Copies of steps, with what each costs in `hours`, and the question that found them."""

    question: TwoSystemsQuestion
    copies: pa.Table


@dataclass(frozen=True, slots=True)
class FoundCopies:
    """The steps that were typed twice in the dossiers that are looked at."""

    asked: LookedAt

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> _Found:
        """Find them, and say what each costs."""
        asked = TwoSystemsQuestion(as_of=self.asked.until(), calendars=calendars, chosen=self.asked.chosen)
        copies = double_entry_steps(cursor, asked)
        hours = pc.divide(copies["working_seconds"], 3600.0)
        return _Found(asked, copies.append_column("hours", pc.fill_null(hours, asked.rule.assumed_minutes / 60)))


@dataclass(frozen=True, slots=True)
class FoundShares:
    """What each system sent per month or week, up to an instant."""

    asked: LookedAt
    as_of: datetime
    every: Every

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> tuple[SystemShare, ...]:
        """Count events and dossiers."""
        asked = TwoSystemsQuestion(as_of=self.as_of, calendars=calendars, chosen=self.asked.chosen)
        return system_shares(cursor, asked, self.every)


@dataclass(frozen=True, slots=True)
class Systems(Passing):
    """Who sends how much, what is typed twice, and how does it stand with the end of a system on a day?"""

    asked: LookedAt
    every: Every
    end: tuple[str, date] | None
    what: What
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a system_answers.Systems, or a table of all double entries, or of all shares."""
        found = _found(sources, self.asked)
        as_of, calendars = found.question.as_of, found.question.calendars
        shares = sources.kept.get(FoundShares(self.asked, as_of, self.every))
        if self.page.form and self.what == "shares":
            return file(_table(shares, _SHARES), self.page.form, title="Systems")
        entries = counted(found.copies, found.question)
        if self.page.form:
            return file(_table(entries.rows, _ENTRIES), self.page.form, title="Double entry")
        return json(
            answers.Systems(
                **self.asked.period(),
                as_of=as_of,
                calendar_versions=list(calendars.versions),
                every=self.every,
                assumed_minutes=entries.assumed_minutes,
                shares=[answers.SystemShare.model_validate(one) for one in shares],
                switch_off=self._ending(sources, found),
                double_entry=_sum(entries.rows, found.copies),
                total=len(entries.rows),
                items=[answers.DoubleEntry.model_validate(one) for one in self.page.of(entries.rows)],
                next=self.page.next(len(entries.rows)),
            )
        )

    def _ending(self, sources: Sources, found: _Found) -> answers.SwitchOff | None:
        """How it stands with the end that is asked about, of the procedure that is looked at."""
        if self.end is None:
            return None
        with sources.reading() as cursor:
            shown = switch_off(cursor, replace(found.question, chosen=self.asked.chosen), *self.end)
        return _ended(shown)


@dataclass(frozen=True, slots=True)
class Copies(Passing):
    """Which copies are behind a figure? An empty `unit` stands for dossiers of none, None for all."""

    asked: LookedAt
    unit: str | None
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a system_answers.CopyPage, or a table of all copies."""
        found = _found(sources, self.asked)
        copies = in_group(found.copies, "unit", self.unit)
        if self.page.form:
            return file(copies, self.page.form, title="Copies")
        return json(
            answers.CopyPage(
                **self.asked.period(),
                as_of=found.question.as_of,
                dossiers=pc.count_distinct(copies["dossier"]).as_py(),
                hours=_total(copies["hours"]),
                total=copies.num_rows,
                items=[answers.Copy.model_validate(row) for row in self.page.rows(copies)],
                next=self.page.next(copies.num_rows),
            )
        )


@dataclass(frozen=True, slots=True)
class AfterEnd:
    """In which dossiers did a system still get events after its end? `unit` as in Copies."""

    asked: LookedAt
    end: tuple[str, date]
    unit: str | None
    page: Page

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a system_answers.AfterEndPage, or a table of all dossiers."""
        asked = TwoSystemsQuestion(as_of=self.asked.until(), calendars=sources.calendars, chosen=self.asked.chosen)
        system, day = self.end
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            dossiers = in_group(switch_off_dossiers(cursor, asked, system, day), "unit", self.unit)
        if self.page.form:
            return file(dossiers, self.page.form, title="After the end")
        return json(
            answers.AfterEndPage(
                **self.asked.period(),
                system=system,
                day=day,
                as_of=asked.as_of,
                events=pc.sum(dossiers["events"]).as_py() or 0,
                total=dossiers.num_rows,
                items=[answers.DossierAfterEnd.model_validate(row) for row in self.page.rows(dossiers)],
                next=self.page.next(dossiers.num_rows),
            )
        )


def _found(sources: Sources, asked: LookedAt) -> _Found:
    """Return the copies in the dossiers of a procedure, which are those found in all, so that figures agree."""
    procedure = asked.chosen.procedure
    if procedure is not None:
        with sources.reading() as cursor:
            known(cursor, procedure)
    found = sources.kept.get(FoundCopies(replace(asked, chosen=replace(asked.chosen, procedure=None))))
    return replace(found, copies=in_group(found.copies, "procedure", procedure))


def _ended(found: SwitchOff) -> answers.SwitchOff:
    by_unit = [answers.AfterEnd(unit=unit, events=events, dossiers=some) for unit, events, some in found.by_unit]
    return answers.SwitchOff(
        system=found.system,
        day=found.day,
        days_left=found.days_left,
        last_event_at=found.last_event_at,
        silent_days=found.silent_days,
        events_after=found.events_after,
        by_unit=by_unit,
    )


def _sum(rows: Iterable[DoubleEntry], copies: pa.Table) -> answers.DoubleEntryTotal:
    entries = list(rows)
    return answers.DoubleEntryTotal(
        dossiers=pc.count_distinct(copies["dossier"]).as_py(),
        steps=copies.num_rows,
        hours=_total(copies["hours"]),
        timed_hours=sum(one.timed_hours for one in entries),
        assumed_hours=sum(one.assumed_hours for one in entries),
    )


def _total(hours: pa.ChunkedArray) -> float:
    return float(pc.sum(hours).as_py() or 0.0)


def _table(rows: Iterable[object], schema: pa.Schema) -> pa.Table:
    shown = [{name: getattr(row, name) for name in schema.names} for row in rows]
    return pa.Table.from_pylist(shown, schema=schema)
