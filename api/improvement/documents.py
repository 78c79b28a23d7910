"""Turns bottlenecks, units and opportunities into documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.compliance.asked import Page
from api.improvement import answers
from api.improvement.kept import Head
from api.reports.answers import Estimate, InWords
from mining.bottlenecks.ranking import Bottleneck, Bottlenecks
from mining.bottlenecks.workload import HandOver
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunities, Opportunity
from mining.units_compared.comparison import UnitRow, UnitsCompared, UnitsQuestion

SOURCE = "Reijers and Liman Mansar, Best practices in business process redesign, Omega 33 (2005)"
LIMIT = "limit"
_NOTHING = Estimate(estimate=0.0, low=None, high=None)


@dataclass(frozen=True, slots=True)
class Shown:
    """What surrounds the rows of a document: what they rest on, which page is wanted, and the names of procedures."""

    head: Head
    page: Page
    names: Mapping[str, str]


def bottleneck_page(found: Bottlenecks | None, by: Sequence[str], shown: Shown) -> answers.BottleneckPage:
    """Return a page of bottlenecks, their keys by the names of `by`."""
    rows = found.rows if found else ()
    return answers.BottleneckPage(
        **dict(shown.head.document()),
        by=list(by),
        lost_hours_a_year=Estimate.model_validate(found.total) if found else _NOTHING,
        groups=found.of if found else 0,
        total=len(rows),
        items=[_bottleneck(one, by, shown.names) for one in shown.page.of(rows)],
        next=shown.page.next(len(rows)),
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


def unit_page(
    found: UnitsCompared | None,
    question: UnitsQuestion,
    shown: Shown,
    is_asked: Callable[[str, str | None], bool] = lambda _procedure, _unit: True,
) -> answers.UnitPage:
    """Return a page of the units at procedures that are asked about."""
    rows = tuple(row for row in found.rows if is_asked(row.procedure, row.unit)) if found else ()
    left_out = found.left_out.items() if found else ()
    return answers.UnitPage(
        **dict(shown.head.document()),
        measure=question.measure,
        least_dossiers=question.least_dossiers,
        overdispersion=found.overdispersion if found else 1.0,
        dossiers=sum(row.dossiers for row in rows),
        left_out=sum(dossiers for key, dossiers in left_out if is_asked(*key)),
        total=len(rows),
        items=[_unit(row, shown.names) for row in shown.page.of(rows)],
        next=shown.page.next(len(rows)),
    )


def opportunity_page(found: Opportunities | None, rows: Sequence[Opportunity], shown: Shown) -> answers.OpportunityPage:
    """Return a page of some of the opportunities."""
    return answers.OpportunityPage(
        **dict(shown.head.document()),
        potential=Estimate.model_validate(found.potential) if found else _NOTHING,
        waiting_hours_a_year=found.waiting_hours_a_year if found else 0.0,
        processing_hours_a_year=found.processing_hours_a_year if found else 0.0,
        looked_at=found.looked_at if found else 0,
        within_noise=found.within_noise if found else 0,
        limits=len(found.limits) if found else 0,
        thresholds=_thresholds(found.settings) if found else {},
        source=SOURCE,
        total=len(rows),
        items=[opportunity(one, shown.names) for one in shown.page.of(rows)],
        next=shown.page.next(len(rows)),
    )


def of_kinds(found: Opportunities | None, kinds: Sequence[str]) -> tuple[Opportunity, ...]:
    """Return the opportunities of some kinds; of all but limits where none is named."""
    if found is None:
        return ()
    return tuple(row for row in found.all if row.kind in kinds) if kinds else found.rows


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


def _bottleneck(row: Bottleneck, by: Sequence[str], names: Mapping[str, str]) -> answers.Bottleneck:
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


def _unit(row: UnitRow, names: Mapping[str, str]) -> answers.UnitCompared:
    low, median, high = row.quartiles
    return answers.UnitCompared(
        procedure=row.procedure,
        procedure_name=names.get(row.procedure),
        unit=row.unit,
        dossiers=row.dossiers,
        hours=answers.Distribution(mean=row.mean_hours, p25=low, median=median, p75=high, p90=row.p90_hours),
        ratio=row.ratio,
        shrunk=Estimate.model_validate(row.shrunk),
        standard_error=row.standard_error,
        limits_95=list(row.limits_95),
        limits_998=list(row.limits_998),
        p_value=row.p_value,
        q_value=row.q_value,
        verdict=row.verdict,
        gap_hours_a_year=Estimate.model_validate(row.gap),
        estimated_share=row.estimated_share,
    )


def _thresholds(settings: Settings) -> dict[str, float]:
    given: dict[str, Any] = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return {name: float(value) for name, value in given.items() if isinstance(value, int | float)}


def _proposed(row: Opportunity) -> answers.ProposedLimit | None:
    if row.kind != LIMIT:
        return None
    facts = row.facts
    return answers.ProposedLimit(
        unit=str(row.key["limit_unit"]), limit=facts["limit"], proposed=facts["proposed"], kept=facts["kept"]
    )
