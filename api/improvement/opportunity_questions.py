"""What can be asked over HTTP about opportunities, a class each: one search of the city, kept, and its parts."""

from dataclasses import dataclass

import duckdb
import numpy as np

from api.compliance.asked import Page, file, json
from api.findings import Body, Passing, Sources
from api.improvement import answers
from api.improvement.asked import Listed, checked, names_of
from api.improvement.bottleneck_questions import listed_body
from api.improvement.documents import SOURCE, Shown, of_kinds, opportunity, opportunity_page
from api.improvement.kept import CitySearch, Head, OfLog, Part, Searched
from api.improvement.tables import TITLES, opportunity_table
from api.problems import UNKNOWN_OPPORTUNITY, ProblemError
from api.settings import Language
from mining.clocks.clock import Calendars
from mining.opportunities.ranking import opportunity_dossiers, part_of
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunity


@dataclass(frozen=True, slots=True)
class PartSearched(OfLog):
    """What of the opportunities of the whole store is about some dossiers."""

    settings: Settings

    def compute(self, cursor: duckdb.DuckDBPyConnection, _calendars: Calendars) -> Searched:
        """Cut it out of the whole."""
        whole = self.kept.get(CitySearch(Part(), self.kept, self.officers, self.settings))
        waited, log = self.seen(cursor)
        if whole.found is None:
            return whole
        dossiers = np.unique(log.steps.dossier[log.waits.row[log.places]])
        head = Head(whole.as_of, waited.calendar_versions, log.reasons, whole.found.period)
        return Searched(head, part_of(whole.found, dossiers))


def searched(sources: Sources, part: Part) -> Searched:
    """Return the opportunities of some dossiers, found or kept."""
    wanted = CitySearch if part == Part() else PartSearched
    return sources.kept.get(wanted(part, sources.kept, sources.officers, sources.thresholds.opportunities))


@dataclass(frozen=True, slots=True)
class OpportunityList(Passing):
    """What could be changed, of some kinds; none: of all but limits, which save nobody's time."""

    part: Part
    kinds: tuple[str, ...]
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.OpportunityPage, or a table; an unknown procedure is a ProblemError."""
        checked(sources, self.part)
        whole = searched(sources, self.part)
        rows = of_kinds(whole.found, self.kinds)
        if self.page.form:
            title, notes = TITLES["opportunities"][self.language], (*whole.head.notes(self.language), SOURCE)
            return file(opportunity_table(rows, self.language), self.page.form, title=title, notes=notes)
        return json(opportunity_page(whole.found, rows, Shown(whole.head, self.page, names_of(sources))))


@dataclass(frozen=True, slots=True)
class OneOpportunity(Passing):
    """What is known of an opportunity, by its id?"""

    part: Part
    id: str

    def answer(self, sources: Sources) -> Body:
        """Return an answers.OpportunityFound; one that is not found (any more) is a ProblemError."""
        whole = searched(sources, self.part)
        found = opportunity(_known(whole, self.id), names_of(sources))
        return json(answers.OpportunityFound(**dict(whole.head.document()), source=SOURCE, of=found))


@dataclass(frozen=True, slots=True)
class OpportunityDossiers(Passing):
    """Which dossiers are behind an opportunity?"""

    part: Part
    id: str
    page: Page
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return an answers.HoursPage, or a table of all dossiers."""
        whole = searched(sources, self.part)
        listed = Listed(whole.head, opportunity_dossiers(_known(whole, self.id)))
        return listed_body(sources, listed, self.page, self.language)


def _known(whole: Searched, wanted: str) -> Opportunity:
    for row in whole.found.all if whole.found else ():
        if row.id == wanted:
            return row
    raise ProblemError(UNKNOWN_OPPORTUNITY, id=wanted)
