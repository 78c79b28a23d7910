"""What can be asked over HTTP about opportunities, a class each: one search of the city, kept, and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from api.compliance.asked import Page, file, json
from api.findings import Body, Passing, Sources
from api.improvement import answers
from api.improvement.asked import Listed, checked, names_of
from api.improvement.bottleneck_questions import listed_body
from api.improvement.kept import CitySearch, Head, OfLog, Part, Searched
from api.improvement.tables import TITLES, opportunity_table
from api.problems import UNKNOWN_OPPORTUNITY, ProblemError
from api.reports.answers import Estimate, InWords
from api.settings import Language
from mining.clocks.clock import Calendars
from mining.opportunities.ranking import opportunity_dossiers, part_of
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunities, Opportunity

SOURCE = "Reijers and Liman Mansar, Best practices in business process redesign, Omega 33 (2005)"
_LIMIT = "limit"
_NOTHING = Estimate(estimate=0.0, low=None, high=None)


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
        rows = _of_kinds(whole.found, self.kinds)
        if self.page.form:
            title, notes = TITLES["opportunities"][self.language], (*whole.head.notes(self.language), SOURCE)
            return file(opportunity_table(rows, self.language), self.page.form, title=title, notes=notes)
        return json(opportunity_page(whole, rows, self.page, names_of(sources)))


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


def opportunity_page(
    whole: Searched, rows: tuple[Opportunity, ...], page: Page, names: Mapping[str, str]
) -> answers.OpportunityPage:
    """Return a page of opportunities as it is shown."""
    found = whole.found
    return answers.OpportunityPage(
        **dict(whole.head.document()),
        potential=Estimate.model_validate(found.potential) if found else _NOTHING,
        waiting_hours_a_year=found.waiting_hours_a_year if found else 0.0,
        processing_hours_a_year=found.processing_hours_a_year if found else 0.0,
        looked_at=found.looked_at if found else 0,
        within_noise=found.within_noise if found else 0,
        limits=len(found.limits) if found else 0,
        thresholds=thresholds(found.settings) if found else {},
        source=SOURCE,
        total=len(rows),
        items=[opportunity(one, names) for one in page.of(rows)],
        next=page.next(len(rows)),
    )


def opportunity(row: Opportunity, names: Mapping[str, str]) -> answers.Opportunity:
    """Return an opportunity as it is shown."""
    return answers.Opportunity(
        id=row.id,
        kind=row.kind,
        name=InWords(vi=row.name_vi, en=row.name_en),
        key=dict(row.key),
        procedure_name=names.get(row.key.get("procedure") or ""),
        heuristic=InWords(vi=row.heuristic_vi, en=row.heuristic_en),
        evidence=InWords(vi=row.evidence_vi, en=row.evidence_en),
        facts=dict(row.facts),
        hours_a_year=Estimate.model_validate(row.hours_a_year),
        wait_hours_a_year=row.wait_hours_a_year,
        net_hours_a_year=row.net_hours_a_year,
        proposed=_proposed(row),
        steps=row.steps,
        dossiers=row.dossiers,
        p_value=row.p_value,
        q_value=row.q_value,
        test=row.test,
        estimated_share=row.estimated_share,
    )


def thresholds(settings: Settings) -> dict[str, float]:
    """Return the numbers of the thresholds by name."""
    given: dict[str, Any] = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return {name: float(value) for name, value in given.items() if isinstance(value, int | float)}


def _proposed(row: Opportunity) -> answers.ProposedLimit | None:
    if row.kind != _LIMIT:
        return None
    facts = row.facts
    return answers.ProposedLimit(
        unit=str(row.key["limit_unit"]), limit=facts["limit"], proposed=facts["proposed"], kept=facts["kept"]
    )


def _of_kinds(found: Opportunities | None, kinds: tuple[str, ...]) -> tuple[Opportunity, ...]:
    if found is None:
        return ()
    return tuple(row for row in found.all if row.kind in kinds) if kinds else found.rows


def _known(whole: Searched, wanted: str) -> Opportunity:
    for row in whole.found.all if whole.found else ():
        if row.id == wanted:
            return row
    raise ProblemError(UNKNOWN_OPPORTUNITY, id=wanted)
