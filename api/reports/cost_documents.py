"""Turns reports on compliance cost into documents, a headline and one table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from api.reports import cost_answers as answers
from api.reports.answers import InWords
from api.settings import Language
from api.wording import Wording
from mining.savings.cost_figures import Annual, ComplianceCost, CostRow, CostSum, Intakes, Remark
from mining.savings.money import Benefit, round_half_up
from mining.savings.plan import Plan

_VI, _EN = Wording(Language.VI), Wording(Language.EN)
_TEXT, _COUNT, _DAY, _AMOUNT = pa.string(), pa.int64(), pa.date32(), pa.decimal128(38, 2)
_SUMS = ("runs", "before", "after", "saved", "percent")
COLUMNS = pa.schema(
    [
        ("procedure", _TEXT),
        ("name", _TEXT),
        ("field", _TEXT),
        ("changed_from", _DAY),
        ("changed_to", _DAY),
        ("income_year", _COUNT),
        ("income_per_hour", _AMOUNT),
        ("run_basis", _TEXT),
        *((f"run_{name}", _AMOUNT) for name in _SUMS[1:]),
        *((f"plan_{name}", _AMOUNT) for name in _SUMS),
        *((f"log_{name}", _AMOUNT) for name in _SUMS),
        *(
            (f"{side}_{name}", kind)
            for side in ("counted", "before", "after")
            for name, kind in (("first_day", _DAY), ("last_day", _DAY), ("dossiers", _COUNT))
        ),
        ("warnings", pa.list_(_TEXT)),
    ]
)
"""The columns; docs/compliance-cost.md says what each means. Amounts in VND with two decimals."""


def compliance_cost(report: ComplianceCost, rows: Sequence[CostRow], following: str | None) -> answers.ComplianceCost:
    """Return the document of a report with some of its procedures; `following` leads to those after them."""
    return answers.ComplianceCost(
        headline=InWords(vi=headline(report, _VI), en=headline(report, _EN)),
        basis=report.headline_basis,
        as_of=report.as_of,
        changed_from=report.changed_from,
        changed_to=report.changed_to,
        log_from=report.first_day,
        log_to=report.last_day,
        by_plan=_sum(report.by_plan),
        by_log=_sum(report.by_log),
        assumptions=_assumed(report.plan),
        warnings=[_words(one) for one in report.remarks],
        total=len(report.rows),
        per_procedure=[_procedure(one) for one in rows],
        next=following,
    )


def headline(report: ComplianceCost, wording: Wording) -> str:
    """Return the report in one sentence: by the runs of the plan, where there are any, and by those of the log."""
    as_of = wording.day(report.as_of)
    plan, log = report.by_plan, report.by_log
    if not plan.procedures and not log.procedures:
        return wording.say("cost_nothing", procedures=wording.number(len(report.rows)), as_of=as_of)
    what, first = ("cost_saved", plan) if plan.procedures else ("cost_changed", log)
    said = wording.say(what, procedures=wording.number(first.procedures), **_money(first, wording))
    if plan.procedures:
        said += wording.say("cost_by_plan")
        if not log.procedures:
            return said
        said += wording.say("cost_and", **_money(log, wording))
    return said + wording.say("cost_by_log", runs=wording.number(float(log.annual.runs)), as_of=as_of)


def cost_sheet(report: ComplianceCost, language: Language) -> pa.Table:
    """Return the procedures of a report as a table, its warnings in one language."""
    return pa.Table.from_pylist([_sheet_row(row, language) for row in report.rows], schema=COLUMNS)


def cost_notes(report: ComplianceCost, language: Language) -> tuple[str, ...]:
    """Return what has to stand beside the table: the headline, every assumption, and what to look at."""
    wording = Wording(language)
    return (
        headline(report, wording),
        *assumption_lines(_assumed(report.plan), wording),
        *(one.text(language.value) for one in report.remarks),
    )


def assumption_lines(assumed: answers.Assumed, wording: Wording) -> list[str]:
    """Return the assumptions in words, a line each."""

    def number(value: Decimal) -> str:
        return wording.exact(value)

    incomes = ", ".join(f"{year}: {number(value)}" for year, value in sorted(assumed.income_per_hour.items()))
    each = assumed.dossier
    lines = [
        wording.say("cost_source", source=assumed.source),
        wording.say("cost_income", incomes=incomes),
    ]
    if assumed.income_year is not None:
        lines.append(wording.say("cost_income_year", year=assumed.income_year))
    visits = ", ".join(f"{wording.say(f'channel_{name}')} {number(value)}" for name, value in each.visits.items())
    rest = {name: number(value) for name, value in each if isinstance(value, Decimal)}
    planned = [_planned_line(one, wording) for one in assumed.procedures]
    return [*lines, wording.say("cost_dossier", visits=visits, **rest), *planned]


def _planned_line(planned: answers.PlannedProcedure, wording: Wording) -> str:
    said = []
    if planned.runs_a_year is not None:
        runs, subjects = wording.exact(planned.runs_a_year), wording.exact(planned.subjects_a_year)
        said.append(wording.say("cost_planned_runs", runs=runs, subjects=subjects))
    for side, run in (("before", planned.before), ("after", planned.after)):
        if run:
            values = {name: wording.exact(value) for name, value in run}
            said.append(wording.say(f"cost_planned_{side}", run=wording.say("cost_planned_run", **values)))
    return wording.say("cost_planned", procedure=planned.procedure, said="; ".join(said))


def _money(found: CostSum, wording: Wording) -> dict[str, str]:
    """Write what is saved in millions or billions, with its share."""
    cost = found.annual.cost
    size, scale, digits = ("billion_vnd", 9, 2) if abs(cost.saved) >= 10**9 else ("million_vnd", 6, 1)
    amount = wording.number(float(round_half_up(cost.saved.scaleb(-scale), digits)), digits)
    percent = cost.rounded_percent(1)
    share = "" if percent is None else wording.say("cost_percent", percent=wording.number(float(percent), 1))
    return {"saved": wording.say(size, amount=amount), "percent": share}


def _sum(found: CostSum) -> answers.CostSum:
    return answers.CostSum(procedures=found.procedures, **_annual_values(found.annual))


def _assumed(plan: Plan) -> answers.Assumed:
    assumed = plan.assumed
    return answers.Assumed(
        source=assumed.source,
        given=plan.given,
        income_per_hour={str(year): income for year, income in assumed.income_per_hour.items()},
        income_year=plan.income_year,
        dossier=answers.PerDossier(
            preparing_hours=assumed.preparing_hours,
            visits=dict(assumed.visits),
            visit_hours=assumed.visit_hours,
            travel_cost=assumed.travel_cost,
            supplement_hours=assumed.supplement_hours,
            copies_cost=assumed.copies_cost,
            fees=assumed.fees,
        ),
        procedures=[answers.PlannedProcedure.model_validate(one) for one in plan.procedures],
    )


def _procedure(row: CostRow) -> answers.CostProcedure:
    return answers.CostProcedure(
        procedure=row.procedure,
        name=row.name,
        field=row.field,
        changed_from=row.changed_from,
        changed_to=row.changed_to,
        income_year=row.income_year,
        income_per_hour=row.income_per_hour,
        run=answers.RunCost(**_values(row.run)) if row.run else None,
        run_basis=row.run_basis,
        by_plan=_annual(row.by_plan),
        by_log=_annual(row.by_log),
        before=answers.CostIntakes.model_validate(row.before),
        after=answers.CostIntakes.model_validate(row.after),
        counted=answers.CostIntakes.model_validate(row.counted),
        warnings=[_words(one) for one in row.remarks],
    )


def _annual(found: Annual | None) -> answers.AnnualCost | None:
    return answers.AnnualCost(**_annual_values(found)) if found else None


def _annual_values(found: Annual) -> dict[str, Any]:
    return {"runs": found.runs, **_values(found.cost)}


def _values(cost: Benefit) -> dict[str, Any]:
    percent = cost.rounded_percent()
    return {
        "before": cost.before,
        "after": cost.after,
        "saved": cost.saved,
        "percent": None if percent is None else float(percent),
    }


def _words(remark: Remark) -> InWords:
    return InWords(vi=remark.text("vi"), en=remark.text("en"))


def _sheet_row(row: CostRow, language: Language) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in ("procedure", "name", "field", "run_basis")}
    values |= {name: getattr(row, name) for name in ("changed_from", "changed_to", "income_year")}
    values["income_per_hour"] = _rounded(row.income_per_hour)
    costs = {"run": row.run, "plan": row.by_plan and row.by_plan.cost, "log": row.by_log and row.by_log.cost}
    for place, cost in costs.items():
        for name in _SUMS[1:] if cost else ():
            values[f"{place}_{name}"] = _rounded(getattr(cost, name))
    for place, annual in (("plan", row.by_plan), ("log", row.by_log)):
        values[f"{place}_runs"] = _rounded(annual.runs) if annual else None
    for side in ("counted", "before", "after"):
        found: Intakes = getattr(row, side)
        values |= {f"{side}_{name}": getattr(found, name) for name in ("first_day", "last_day", "dossiers")}
    values["warnings"] = [one.text(language.value) for one in row.remarks]
    return values


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 2)
