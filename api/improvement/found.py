"""What a report on a file or on a store says of lost hours, units and opportunities."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from api.catalogue_questions import procedure_names
from api.compliance.asked import Page
from api.improvement import answers
from api.improvement.documents import LIMIT, Shown, bottleneck_page, of_kinds, opportunity_page, unit_page
from api.improvement.kept import Head, Part
from api.improvement.names import GRAINS, MINED, MOST
from mining.bottlenecks.measure import Period, period_of
from mining.bottlenecks.ranking import Bottlenecks, bottlenecks
from mining.opportunities.ranking import opportunities, part_of
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunities
from mining.overview import log_summary
from mining.units_compared.comparison import UnitsQuestion, compare_units
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog

_EVERYTHING = Page(0, MOST)
_OF_A_GRAIN = 20


@dataclass(frozen=True, slots=True)
class ImprovementFound:
    """Where hours are lost, by grain, how units compare, what could be changed; `searched` None: nothing is done."""

    bottlenecks: Mapping[str, answers.BottleneckPage]
    units: answers.UnitPage
    opportunities: answers.OpportunityPage
    limits: tuple[answers.Opportunity, ...]
    searched: Opportunities | None


@dataclass(frozen=True, slots=True)
class Told:
    """The waiting log of a store, told with these office hours."""

    log: WaitingLog
    availability: Availability

    def shown(self, cursor: duckdb.DuckDBPyConnection, log: WaitingLog) -> Shown:
        """Return what surrounds the rows of a document on a part of the log."""
        names = {code: name for code, (name, _) in procedure_names(cursor).items()}
        head = Head(log_summary(cursor).last_at, log.calendar_versions, log.reasons, self.period)
        return Shown(head, _EVERYTHING, names)

    @property
    def period(self) -> Period | None:
        """The period that hours a year are scaled from; None: no step is completed."""
        return period_of(self.log) if len(self.log.steps) else None

    def lost(
        self, cursor: duckdb.DuckDBPyConnection, by: tuple[str, ...], part: Part, *, limit: int = MOST
    ) -> tuple[Bottlenecks | None, Shown]:
        """Rank what some dossiers lost by columns, and return what surrounds it."""
        log = part.of(cursor, self.log)
        found = bottlenecks(log, [MINED.get(name, name) for name in by], limit=limit) if self.period else None
        return found, self.shown(cursor, log)

    def searched(
        self, cursor: duckdb.DuckDBPyConnection, settings: Settings, part: Part
    ) -> tuple[Opportunities | None, Shown]:
        """Search the store and return what is about some dossiers, and what surrounds it."""
        log = part.of(cursor, self.log)
        found = opportunities(cursor, self.log, self.availability, settings) if self.period else None
        if found and part != Part():
            found = part_of(found, np.unique(log.steps.dossier[log.waits.row[log.places]]))
        return found, self.shown(cursor, log)


def find_improvement(cursor: duckdb.DuckDBPyConnection, told: Told, settings: Settings) -> ImprovementFound:
    """Rank lost hours at every grain, compare units and search for opportunities, all over a store."""
    everything, question = Part(), UnitsQuestion()
    found, shown = told.searched(cursor, settings, everything)
    by_grain = {
        grain: bottleneck_page(told.lost(cursor, by, everything, limit=_OF_A_GRAIN)[0], by, shown)
        for grain, by in GRAINS.items()
    }
    compared = compare_units(cursor, told.log, question) if told.period else None
    limits = of_kinds(found, [LIMIT])
    return ImprovementFound(
        bottlenecks=by_grain,
        units=unit_page(compared, question, shown),
        opportunities=opportunity_page(found, of_kinds(found, ()), shown),
        limits=tuple(opportunity_page(found, limits, shown).items),
        searched=found,
    )
