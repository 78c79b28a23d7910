"""What can be asked over HTTP about lost hours, workload and hand-overs, a class each; what is costly is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import duckdb
import pyarrow as pa

from api.compliance.asked import Page, file, json
from api.findings import Body, Passing, Sources
from api.improvement import answers
from api.improvement.asked import Listed, checked, dossier_page, dossier_table, names_of
from api.improvement.documents import Shown, bottleneck_page, hand_over
from api.improvement.kept import Head, OfLog, Part
from api.improvement.names import MINED, MOST
from api.improvement.tables import BOTTLENECK_NUMBERS, HAND_OVERS, TITLES, WORKLOAD_NUMBERS, bottleneck_row, with_key
from api.settings import Language
from mining.bottlenecks.ranking import Bottlenecks, bottleneck_dossiers, bottlenecks
from mining.bottlenecks.workload import Every, HandOver, WorkloadRow, hand_overs, workload
from mining.clocks.clock import Calendars

Between = Literal["role", "unit"]
T = TypeVar("T")


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
            return Ranked(Head.of(waited, log), None)
        found = bottlenecks(log, [MINED.get(name, name) for name in self.by], limit=MOST)
        return Ranked(Head.of(waited, log), found)


@dataclass(frozen=True, slots=True)
class LosingDossiers(OfLog):
    """The dossiers behind a bottleneck with this key."""

    key: tuple[tuple[str, str | None], ...]

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Listed:
        """Find them."""
        waited, log = self.seen(cursor)
        behind = bottleneck_dossiers(log, {MINED.get(name, name): value for name, value in self.key})
        return Listed(Head.of(waited, log), behind)


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
        return Rows(Head.of(waited, log), found)


@dataclass(frozen=True, slots=True)
class HandedOver(OfLog):
    """The network of hand-overs between roles or units."""

    between: Between

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Rows[HandOver]:
        """Count them."""
        waited, log = self.seen(cursor)
        return Rows(Head.of(waited, log), hand_overs(log, self.between))


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
        if self.page.form:
            rows = ranked.found.rows if ranked.found else ()
            table = with_key(self.by, rows, BOTTLENECK_NUMBERS, bottleneck_row)
            return _file(table, self.page, "bottlenecks", (self.language, ranked.head))
        return json(bottleneck_page(ranked.found, self.by, Shown(ranked.head, self.page, names_of(sources))))


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


def listed_body(sources: Sources, listed: Listed, page: Page, language: Language) -> Body:
    """Return dossiers behind a figure as a page, or all of them as a table."""
    if page.form:
        return _file(dossier_table(sources, listed), page, "dossiers", (language, listed.head))
    return json(dossier_page(sources, listed, page))


def _workload_row(row: WorkloadRow, by: Sequence[str]) -> answers.WorkloadRow:
    return answers.WorkloadRow(key=dict(zip(by, row.key.values(), strict=True)), **_plain(row))


def _plain(row: WorkloadRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name, _ in WORKLOAD_NUMBERS}


def _file(table: pa.Table, page: Page, what: str, said: tuple[Language, Head]) -> Body:
    language, head = said
    assert page.form is not None
    return file(table, page.form, title=TITLES[what][language], notes=head.notes(language))
