"""What can be asked over HTTP about compliance cost, a class each: equal questions have equal answers."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import duckdb

from api.findings import Body, Sources
from api.pages import cursor_of
from api.problems import INVALID_REQUEST, ProblemError
from api.reports import cost_answers as answers
from api.reports.cost_documents import compliance_cost as document
from api.reports.cost_documents import cost_notes, cost_sheet
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat, written
from mining.overview import log_summary
from mining.savings import SavingsError
from mining.savings.compliance import CostQuestion, CostSide, compliance_cost, cost_dossiers, row_of
from mining.savings.cost_figures import ComplianceCost
from mining.savings.plan import Plan

JSON = "application/json"
TITLES = {Language.EN: "Compliance cost", Language.VI: "Chi phí tuân thủ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCost:
    """A question as people ask it: without `as_of` by all events that are mined.

    `plan` is the same for all questions of a service, so that it tells none of them apart.
    """

    as_of: datetime | None = None
    changed_from: date | None = None
    changed_to: date | None = None
    procedure: str | None = None
    plan: Plan = field(default_factory=Plan, compare=False, repr=False)

    def question(self, as_of: datetime) -> CostQuestion:
        """Return the question to mining; raises SavingsError for what makes no sense."""
        return CostQuestion(
            as_of=as_of, changed_from=self.changed_from, changed_to=self.changed_to, procedure=self.procedure
        )

    def report(self, cursor: duckdb.DuckDBPyConnection) -> ComplianceCost:
        """Compute the report; raises SavingsError."""
        as_of = self.as_of or log_summary(cursor).last_at or datetime.now(UTC)  # an empty log has no end
        return compliance_cost(cursor, self.question(as_of), self.plan)


@dataclass(frozen=True, slots=True)
class CostReport:
    """What does complying cost, before and after? Procedures from the `offset`-th on, at most `limit`."""

    asked: AskedCost
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """None: it is about the whole log."""
        return None

    def answer(self, sources: Sources) -> Body:
        """Return an answers.ComplianceCost; a plan that names a procedure twice is a ProblemError."""
        report, end = _report(self.asked, sources), self.offset + self.limit
        following = cursor_of(end) if len(report.rows) > end else None
        return Body(document(report, report.rows[self.offset : end], following).model_dump_json().encode(), JSON)


@dataclass(frozen=True, slots=True)
class CostTable:
    """The same as one table of all procedures, with its words in one language."""

    asked: AskedCost
    form: TableFormat
    language: Language

    @property
    def procedure(self) -> str | None:
        """None: it is about the whole log."""
        return None

    def answer(self, sources: Sources) -> Body:
        """Return a file in the form that was asked for."""
        return Body(cost_file(_report(self.asked, sources), self.form, self.language), MEDIA_TYPES[self.form])


@dataclass(frozen=True, slots=True)
class CostDossiers:
    """Which dossiers are behind a side of a procedure, from the `offset`-th by intake on, at most `limit`?"""

    asked: AskedCost
    code: str
    side: CostSide
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """None: the code may be written in another way than the log writes it."""
        return None

    def answer(self, sources: Sources) -> Body:
        """Return an answers.CostDossierPage; a procedure that the report does not have is a ProblemError."""
        end = self.offset + self.limit
        with sources.reading() as cursor:
            try:
                report = replace(self.asked, procedure=self.code).report(cursor)
                row = row_of(report, self.code)
                found = cost_dossiers(cursor, report, row, self.side)
            except SavingsError as error:
                raise ProblemError(INVALID_REQUEST, what=error) from error
        side = getattr(row, self.side)
        page = answers.CostDossierPage(
            procedure=row.procedure,
            side=self.side,
            as_of=report.as_of,
            first_day=side.first_day,
            last_day=side.last_day,
            total=found.num_rows,
            items=[answers.CostDossier.model_validate(row) for row in found.slice(self.offset, self.limit).to_pylist()],
            next=cursor_of(end) if found.num_rows > end else None,
        )
        return Body(page.model_dump_json().encode(), JSON)


def cost_file(report: ComplianceCost, form: TableFormat, language: Language) -> bytes:
    """Return the report as a file of one table; the assumptions stand beside it."""
    return written(cost_sheet(report, language), form, title=TITLES[language], notes=cost_notes(report, language))


def _report(asked: AskedCost, sources: Sources) -> ComplianceCost:
    try:
        with sources.reading() as cursor:
            return asked.report(cursor)
    except SavingsError as error:
        raise ProblemError(INVALID_REQUEST, what=error) from error
