"""What can be asked over HTTP about savings, a class each: equal questions have equal answers."""

from dataclasses import dataclass, replace

import pyarrow.compute as pc

from api.approved import approved
from api.findings import Body, Passing, Sources
from api.pages import cursor_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError
from api.reports import answers
from api.reports.accounts import Asked, Behind
from api.reports.documents import procedure_savings, time_saved
from api.reports.sheet import notes, sheet
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat, written
from mining.savings import SavingsError
from mining.slice import Slice, scope

JSON = "application/json"
_TITLES = {Language.EN: "Time saved", Language.VI: "Thời gian tiết kiệm"}


@dataclass(frozen=True, slots=True)
class TimeSaved(Passing):
    """What did re-engineering bring: the account, and its procedures from the `offset`-th on, at most `limit`?"""

    asked: Asked
    offset: int
    limit: int

    def answer(self, sources: Sources) -> Body:
        """Return an answers.TimeSaved."""
        account, end = sources.account(self.asked), self.offset + self.limit
        following = cursor_of(end) if len(account.procedures) > end else None
        report = time_saved(account, account.procedures[self.offset : end], following)
        return Body(report.model_dump_json().encode(), JSON)


@dataclass(frozen=True, slots=True)
class TimeSavedTable(Passing):
    """The same as one table of all procedures, with its reasons in one language."""

    asked: Asked
    form: TableFormat
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return a file in the form that was asked for."""
        account = sources.account(self.asked)
        said = notes(account, self.language)
        content = written(sheet(account, self.language), self.form, title=_TITLES[self.language], notes=said)
        return Body(content, MEDIA_TYPES[self.form])


@dataclass(frozen=True, slots=True)
class Savings(Passing):
    """What did the changes of one procedure save?"""

    asked: Asked
    code: str

    def answer(self, sources: Sources) -> Body:
        """Return an answers.ProcedureSavings; a code that neither log nor catalogue knows is a ProblemError."""
        with sources.reading() as cursor:
            # The code that its processes were approved for may be written in another way, or for all owners.
            said = [one.procedure for one in approved(cursor, [self.code])[self.code]]
            if not said and not scope(cursor, Slice(procedure=self.code))["cohorts"]:
                raise ProblemError(UNKNOWN_PROCEDURE, code=self.code)
        account = sources.account(replace(self.asked, procedure=said[-1] if said else self.code))
        return Body(procedure_savings(account, self.code).model_dump_json().encode(), JSON)


@dataclass(frozen=True, slots=True)
class SavedDossiers(Passing):
    """Which dossiers are behind a figure, from the `offset`-th by intake on, at most `limit`?"""

    asked: Asked
    behind: Behind
    offset: int
    limit: int

    def answer(self, sources: Sources) -> Body:
        """Return an answers.SavedDossierPage; what is not known is a ProblemError."""
        end = self.offset + self.limit
        try:
            account, found = sources.saved_dossiers(self.asked, self.behind)
        except SavingsError as error:
            raise ProblemError(INVALID_REQUEST, what=error) from error
        rows = found.slice(self.offset, self.limit).to_pylist()
        page = answers.SavedDossierPage(
            side=self.behind.side,
            as_of=account.question.as_of,
            calendar_versions=list(account.calendar_versions),
            total=found.num_rows,
            saved_hours=pc.sum(found["saved_hours"]).as_py() or 0.0,
            items=[answers.SavedDossier.model_validate(row) for row in rows],
            next=cursor_of(end) if found.num_rows > end else None,
        )
        return Body(page.model_dump_json().encode(), JSON)
