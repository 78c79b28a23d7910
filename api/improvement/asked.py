"""What the questions of this package share: checks, names, and the dossiers behind a figure."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from api.catalogue_questions import procedure_names
from api.compliance.asked import Page
from api.findings import Sources
from api.improvement import answers
from api.improvement.kept import Head, Part
from api.time_questions import known
from mining.bottlenecks.behind import Behind, DossierHours
from mining.clocks.clock import Calendars

_DOSSIERS = pa.schema([(name, pa.string()) for name in ("dossier", "procedure", "unit")] + [("hours", pa.float64())])


@dataclass(frozen=True, slots=True)
class Listed:
    """The dossiers behind a figure, and what it rests on."""

    head: Head
    behind: Behind


def checked(sources: Sources, part: Part) -> None:
    """Raise a ProblemError for a procedure that no event ever named."""
    if part.chosen.procedure is not None:
        with sources.reading() as cursor:
            known(cursor, part.chosen.procedure)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of procedures as the catalogue says."""

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> dict[str, str]:
        """Read them."""
        return {code: name for code, (name, _) in procedure_names(cursor).items()}


def names_of(sources: Sources) -> dict[str, str]:
    """Return the names of procedures as the catalogue says, read or kept."""
    return sources.kept.get(_Names())


def dossier_page(sources: Sources, listed: Listed, page: Page) -> answers.HoursPage:
    """Return a page of the dossiers behind a figure."""
    total = len(listed.behind)
    return answers.HoursPage(
        **dict(listed.head.document()),
        hours=float(listed.behind.hours.sum()),
        total=total,
        items=[answers.DossierHours.model_validate(one) for one in _named(sources, listed.behind, page)],
        next=page.next(total),
    )


def dossier_table(sources: Sources, listed: Listed) -> pa.Table:
    """Return all dossiers behind a figure as a table."""
    found = _named(sources, listed.behind, Page(0, len(listed.behind)))
    shown = [{**{name: getattr(one, name) for name in _DOSSIERS.names}, "dossier": str(one.dossier)} for one in found]
    return pa.Table.from_pylist(shown, schema=_DOSSIERS)


def _named(sources: Sources, behind: Behind, page: Page) -> tuple[DossierHours, ...]:
    with sources.reading() as cursor:
        return behind.named(cursor, offset=page.offset, limit=page.limit)
