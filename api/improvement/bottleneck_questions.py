"""What can be asked over HTTP about lost hours, workload and hand-overs, a class each; what is costly is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import duckdb
import pyarrow as pa

from api.compliance.asked import Page, file, json
from api.findings import Body, Passing, Sources
from api.improvement import answers
from api.improvement.asked import Listed, checked, dossier_page, dossier_table, names_of
from api.improvement.kept import MINED, Head, OfLog, Part
from api.improvement.tables import BOTTLENECK_NUMBERS, HAND_OVERS, TITLES, WORKLOAD_NUMBERS, bottleneck_row, with_key
from api.reports.answers import Estimate
from api.settings import Language
from api.waiting.kept import COLUMNS, SHORT
from mining.bottlenecks.measure import Period, period_of
from mining.bottlenecks.ranking import GRAINS, Bottleneck, Bottlenecks, bottleneck_dossiers, bottlenecks
from mining.bottlenecks.workload import Every, HandOver, WorkloadRow, hand_overs, workload
from mining.clocks.clock import Calendars
from mining.waiting.findings import WaitingLog

Between = Literal["role", "unit"]
T = TypeVar("T")

MOST = 1000
"""So many groups are ranked; the rest lost next to nothing."""
_NAMES = {mined: name for name, mined in MINED.items()}
_GRAINS = {grain: tuple(_NAMES.get(name, name) for name in columns) for grain, columns in GRAINS.items()}
KEYS = (*COLUMNS, "hour")
"""What bottlenecks can be grouped by: never by officer."""
NAMES = {**{name: (name,) for name in KEYS}, **{short: (name,) for short, name in SHORT.items()}, **_GRAINS}
"""What `by` may name, and the columns of each."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Bottlenecks and what they rest on; None: no step is completed."""

    head: Head
    found: Bottlenecks | None


@dataclass(frozen=True, slots=True)
class RankedBy(OfLog):
    """What loses most, by some of KEYS."""

    by: tuple[str, ...]

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Ranked:
        """Rank it."""
        waited, log = self.seen(cursor)
        if not len(log.steps):
            return Ranked(Head.of(waited, log, None), None)
        found = bottlenecks(log, [MINED.get(name, name) for name in self.by], limit=MOST)
        return Ranked(Head.of(waited, log, found.period), found)


@dataclass(frozen=True, slots=True)
class LosingDossiers(OfLog):
    """The dossiers behind a bottleneck with this key."""

    key: tuple[tuple[str, str | None], ...]

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Listed:
        """Find them."""
        waited, log = self.seen(cursor)
        behind = bottleneck_dossiers(log, {MINED.get(name, name): value for name, value in self.key})
        return Listed(Head.of(waited, log, _period(log)), behind)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """Rows of workload or of hand-overs, and what they rest on."""

    head: Head
    rows: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class WorkloadOf(OfLog):
    """The work of groups over time."""

    by: tuple[str, ...]
    every: Every

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Rows[WorkloadRow]:
        """Count it."""
        waited, log = self.seen(cursor)
        found = workload(log, [MINED.get(name, name) for name in self.by], every=self.every)
        return Rows(Head.of(waited, log, _period(log)), found)


@dataclass(frozen=True, slots=True)
class HandedOver(OfLog):
    """The network of hand-overs between roles or units."""

    between: Between

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Rows[HandOver]:
        """Count them."""
        waited, log = self.seen(cursor)
        return Rows(Head.of(waited, log, _period(log)), hand_overs(log, self.between))


@dataclass(frozen=True, slots=True)
class BottleneckList(Passing):
    """Where are most hours lost, by some of KEYS?"""

    part: Part
    by: tuple[str, ...]
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.BottleneckPage, or a table; an unknown procedure is a ProblemError."""
        checked(sources, self.part)
        ranked = sources.kept.get(RankedBy(self.part, sources.kept, sources.officers, self.by))
        rows = ranked.found.rows if ranked.found else ()
        if self.page.form:
            table = with_key(self.by, rows, BOTTLENECK_NUMBERS, bottleneck_row)
            return _file(table, self.page, "bottlenecks", (self.language, ranked.head))
        names = names_of(sources)
        return json(
            answers.BottleneckPage(
                **dict(ranked.head.document()),
                by=list(self.by),
                lost_hours_a_year=Estimate.model_validate(ranked.found.total) if ranked.found else _NOTHING,
                groups=ranked.found.of if ranked.found else 0,
                total=len(rows),
                items=[bottleneck(one, self.by, names) for one in self.page.of(rows)],
                next=self.page.next(len(rows)),
            )
        )


@dataclass(frozen=True, slots=True)
class BottleneckDossiers(Passing):
    """Which dossiers are behind a bottleneck?"""

    part: Part
    key: tuple[tuple[str, str | None], ...]
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.HoursPage, or a table of all dossiers."""
        checked(sources, self.part)
        listed = sources.kept.get(LosingDossiers(self.part, sources.kept, sources.officers, self.key))
        return listed_body(sources, listed, self.page, self.language)


@dataclass(frozen=True, slots=True)
class Workload(Passing):
    """How much work came, was begun and was done, and how long was the queue?"""

    part: Part
    by: tuple[str, ...]
    every: Every
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.WorkloadPage, or a table of all rows."""
        checked(sources, self.part)
        found = sources.kept.get(WorkloadOf(self.part, sources.kept, sources.officers, self.by, self.every))
        if self.page.form:
            table = with_key(self.by, found.rows, WORKLOAD_NUMBERS, _plain)
            return _file(table, self.page, "workload", (self.language, found.head))
        return json(
            answers.WorkloadPage(
                **dict(found.head.document()),
                by=list(self.by),
                every=self.every,
                total=len(found.rows),
                items=[_workload_row(one, self.by) for one in self.page.of(found.rows)],
                next=self.page.next(len(found.rows)),
            )
        )


@dataclass(frozen=True, slots=True)
class HandOvers(Passing):
    """Who hands work over to whom, and how long does it then wait?"""

    part: Part
    between: Between
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.HandOverPage, or a table of all hand-overs."""
        checked(sources, self.part)
        found = sources.kept.get(HandedOver(self.part, sources.kept, sources.officers, self.between))
        shown = [hand_over(one) for one in found.rows]
        if self.page.form:
            table = pa.Table.from_pylist([one.model_dump() for one in shown], schema=HAND_OVERS)
            return _file(table, self.page, "hand_overs", (self.language, found.head))
        return json(
            answers.HandOverPage(
                **dict(found.head.document()),
                between=self.between,
                total=len(shown),
                items=list(self.page.of(shown)),
                next=self.page.next(len(shown)),
            )
        )


def bottleneck(row: Bottleneck, by: Sequence[str], names: Mapping[str, str]) -> answers.Bottleneck:
    """Return a bottleneck as it is shown, its key by the names of `by`."""
    return answers.Bottleneck(
        key=dict(zip(by, row.key.values(), strict=True)),
        procedure_name=names.get(row.key.get("procedure") or ""),
        steps=row.steps,
        dossiers=row.dossiers,
        lost_hours=row.lost_hours,
        hours_a_year=Estimate.model_validate(row.hours_a_year),
        share=row.share,
        by_cause=dict(row.by_cause),
        top_cause=row.top_cause,
        months=[answers.LossOfMonth.model_validate(one) for one in row.months],
        slope=Estimate.model_validate(row.slope) if row.slope else None,
        estimated_share=row.estimated_share,
    )


def hand_over(row: HandOver) -> answers.HandOver:
    """Return a hand-over as it is shown."""
    return answers.HandOver(
        source=row.source,
        target=row.target,
        steps=row.steps,
        dossiers=row.dossiers,
        waiting_hours=row.waiting.working_seconds / 3600,
        elapsed_waiting_hours=row.waiting.elapsed_seconds / 3600,
        lost_hours_a_year=row.lost_hours_a_year,
    )


def listed_body(sources: Sources, listed: Listed, page: Page, language: Language) -> Body:
    """Return dossiers behind a figure as a page, or all of them as a table."""
    if page.form:
        return _file(dossier_table(sources, listed), page, "dossiers", (language, listed.head))
    return json(dossier_page(sources, listed, page))


def _workload_row(row: WorkloadRow, by: Sequence[str]) -> answers.WorkloadRow:
    return answers.WorkloadRow(key=dict(zip(by, row.key.values(), strict=True)), **_plain(row))


def _plain(row: WorkloadRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name, _ in WORKLOAD_NUMBERS}


def _period(log: WaitingLog) -> Period | None:
    return period_of(log) if len(log.steps) else None


def _file(table: pa.Table, page: Page, what: str, said: tuple[Language, Head]) -> Body:
    language, head = said
    assert page.form is not None
    return file(table, page.form, title=TITLES[what][language], notes=head.notes(language))


_NOTHING = Estimate(estimate=0.0, low=None, high=None)
