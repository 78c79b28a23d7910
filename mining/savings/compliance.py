"""Compliance cost of the procedures that changed in a period or that the plan names, by Circular 02/2017/TT-VPCP,
article 27: of one run and of a year, before and after, by the runs of the plan and by those of the log.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import duckdb
import pyarrow as pa

from mining.ask import ask, rows
from mining.savings import SavingsError
from mining.savings.cost_figures import Annual, ComplianceCost, CostBasis, CostRow, CostSum, Intakes, Remark
from mining.savings.evidence import Basis
from mining.savings.money import Benefit, dossier_cost, round_half_up
from mining.savings.nominal import Change, by_procedure, changes, read_catalogue
from mining.savings.plan import Plan, PlannedProcedure

CostSide = Literal["counted", "before", "after"]
COST_SIDES: tuple[CostSide, ...] = ("counted", "before", "after")
_YEAR_DAYS = 365
_FEW_DOSSIERS = 30
_SHORT_LOG_DAYS = 180
_FACTOR = 2

Part = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuestion:
    """Procedures changed in [changed_from, changed_to), by the log before `as_of`; `procedure` chooses one.

    Without a period, all changes count, and procedures that the plan names count even where the catalogue knows no
    change of them. Raises SavingsError for a period without a day, and for an `as_of` without an offset.
    """

    as_of: datetime
    changed_from: date | None = None
    changed_to: date | None = None
    procedure: str | None = None

    def __post_init__(self) -> None:
        Basis(as_of=self.as_of, changed_from=self.changed_from, changed_to=self.changed_to)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A procedure of the report: as the catalogue knows it, its changes of the period, and what the plan says."""

    code: str
    known: dict[str, Any]
    changes: Sequence[Change]
    planned: PlannedProcedure | None


def compliance_cost(cursor: duckdb.DuckDBPyConnection, question: CostQuestion, plan: Plan) -> ComplianceCost:
    """Compute the report; needs the tables of `ingest/catalogue.sql`.

    Raises SavingsError where the plan names a procedure twice in two ways.
    """
    subjects = _subjects(cursor, question, plan)
    log = rows(cursor, "compliance_days", {"as_of": question.as_of})[0]
    asked = {"codes": [one.code for one in subjects], "as_of": question.as_of}
    intakes: dict[str, list[dict[str, Any]]] = {one.code: [] for one in subjects}
    for row in rows(cursor, "compliance_intakes", asked):
        intakes[row["code"]].append(row)
    found = tuple(_row(one, intakes[one.code], (log["first_day"], log["last_day"]), question, plan) for one in subjects)
    return ComplianceCost(
        as_of=question.as_of,
        changed_from=question.changed_from,
        changed_to=question.changed_to,
        plan=plan,
        first_day=log["first_day"],
        last_day=log["last_day"],
        rows=found,
        by_plan=CostSum.of([one.by_plan for one in found if one.by_plan]),
        by_log=CostSum.of([one.by_log for one in found if one.by_log]),
        remarks=_remarks((log["first_day"], log["last_day"]), found, plan),
    )


def row_of(report: ComplianceCost, code: str) -> CostRow:
    """Return the row of a procedure, or the only one of a report that was asked for it in another way of writing.

    Raises SavingsError where there is none.
    """
    exact = [one for one in report.rows if one.procedure == code]
    if not exact and len(report.rows) != 1:
        shown = ", ".join(one.procedure for one in report.rows[:5])
        raise SavingsError(
            f"the code '{code}' is of {len(report.rows)} procedures of the report; "
            + (f"write one of {shown}" if shown else "see `per_procedure` of it")
        )
    return (exact or report.rows)[0]


def cost_dossiers(cursor: duckdb.DuckDBPyConnection, report: ComplianceCost, row: CostRow, side: CostSide) -> pa.Table:
    """Return the dossiers behind a row of the report, by time of intake: as many as that side of it has.

    `counted` are those of its runs a year by the log, `before` and `after` those of the cost of a run. Columns:
    dossier (text), procedure, channel, unit, accepted_at, finished_at (null: open), finish_kind, supplements. Raises
    SavingsError for what is not known.
    """
    if side not in COST_SIDES:
        raise SavingsError(f"the side '{side}' is not known; write {', '.join(COST_SIDES)}")
    wanted: Intakes = {"counted": row.counted, "before": row.before, "after": row.after}[side]
    days = {"first_day": wanted.first_day, "last_day": wanted.last_day}
    return ask(cursor, "compliance_dossiers", {"procedure": row.procedure, "as_of": report.as_of, **days})


def _subjects(cursor: duckdb.DuckDBPyConnection, question: CostQuestion, plan: Plan) -> list[_Subject]:
    """Find the procedures of the report, by code."""
    found = changes(read_catalogue(cursor), question.changed_from, question.changed_to)
    changed = by_procedure(one for one in found if one.old)
    codes = [
        *changed,
        *(one.procedure for one in plan.procedures),
        *([question.procedure] if question.procedure else []),
    ]
    known = {row["code"]: row for row in rows(cursor, "compliance_procedures", {"codes": codes})}
    parts = {code: (row["national"], row["owner"]) for code, row in known.items()}
    of_change: dict[str, PlannedProcedure] = {}
    alone: list[PlannedProcedure] = []
    for one in plan.procedures:
        own = [code for code in changed if _same(parts[code], parts[one.procedure])]
        alone += [] if own or question.changed_from or question.changed_to else [one]
        for code in own:
            if code in of_change:
                both = f"'{of_change[code].procedure}' and '{one.procedure}'"
                raise SavingsError(f"the assumptions name the procedure {code} twice, as {both}; take one out")
            of_change[code] = one
    subjects = [_Subject(code, known[code], own, of_change.get(code)) for code, own in changed.items()]
    subjects += [_Subject(one.procedure, known[one.procedure], (), one) for one in alone]
    wanted = parts[question.procedure] if question.procedure else None
    chosen = [one for one in subjects if wanted is None or _same(parts[one.code], wanted)]
    return sorted(chosen, key=lambda one: one.code)


def _same(one: Part, other: Part) -> bool:
    """Whether two codes name the same procedure: one that names no owner is of all owners."""
    return one[0] == other[0] and (one[1] is None or other[1] is None or one[1] == other[1])


def _row(
    subject: _Subject,
    intakes: Sequence[dict[str, Any]],
    log: tuple[date | None, date | None],
    question: CostQuestion,
    plan: Plan,
) -> CostRow:
    days = [one.since for one in subject.changes]
    first, last = (min(days), max(days)) if days else (None, None)
    before = _intakes(intakes, log[0], first and first - timedelta(days=1))
    after = _intakes(intakes, max(last, log[0]) if last and log[0] else None, log[1])
    year_before = log[1] - timedelta(days=_YEAR_DAYS - 1) if log[1] else None
    counted = _intakes(intakes, max(log[0], year_before) if log[0] and year_before else None, log[1])
    year = plan.income_year or (first or log[1] or question.as_of.date()).year
    run, basis = _run(subject.planned, plan, year, before, after)
    planned = subject.planned
    by_plan = None
    if run and planned and planned.runs_a_year is not None:
        by_plan = Annual.of(run, planned.runs_a_year, planned.subjects_a_year)
    by_log = Annual.of(run, counted.runs_a_year) if run and counted.days else None
    return CostRow(
        procedure=subject.code,
        name=subject.known["name"],
        field=subject.known["field"],
        changed_from=first,
        changed_to=last,
        income_year=year,
        income_per_hour=plan.assumed.income(year),
        run=run,
        run_basis=basis,
        by_plan=by_plan,
        by_log=by_log,
        before=before,
        after=after,
        counted=counted,
        remarks=tuple(_row_remarks((first, last), basis, (before, after), (by_plan, by_log))),
    )


def _intakes(found: Iterable[dict[str, Any]], first: date | None, last: date | None) -> Intakes:
    """Add up the intakes from one day to another, both included; an end that is not known leaves none."""
    if first is None or last is None or first > last:
        return Intakes(channels={})
    own = [row for row in found if first <= row["intake_date"] <= last]
    channels: dict[str, int] = {}
    for row in own:
        channels[row["channel"]] = channels.get(row["channel"], 0) + row["dossiers"]
    return Intakes(
        first_day=first,
        last_day=last,
        channels=dict(sorted(channels.items())),
        ended=sum(row["ended"] for row in own),
        supplements=sum(row["supplements"] for row in own),
    )


def _run(
    planned: PlannedProcedure | None, plan: Plan, year: int, before: Intakes, after: Intakes
) -> tuple[Benefit | None, CostBasis | None]:
    """Return the cost of a run before and after at the income of one year, and where it is from."""
    if planned and planned.before and planned.after:
        income = plan.assumed.income(year)
        return Benefit(planned.before.cost(income), planned.after.cost(income)), "plan"
    if not before.dossiers or not after.dossiers:
        return None, None
    return Benefit(_cost_of(before, plan, year), _cost_of(after, plan, year)), "log"


def _cost_of(side: Intakes, plan: Plan, year: int) -> Decimal:
    """Return what a dossier cost by its channel and supplements, in whole VND: there is nothing smaller to pay with."""
    return round_half_up(dossier_cost(plan.assumed, year, side.shares, side.supplements_per_dossier), 0)


def _row_remarks(
    days: tuple[date | None, date | None],
    basis: CostBasis | None,
    sides: tuple[Intakes, Intakes],
    annual: tuple[Annual | None, Annual | None],
) -> Iterable[Remark]:
    first, last = days
    counts: dict[str, date | Decimal | int] = {"before": sides[0].dossiers, "after": sides[1].dossiers}
    if first is None or last is None:
        yield Remark("not_changed", {})
    elif first != last:
        yield Remark("several_days", {"first": first, "last": last})
    if basis is None:
        yield Remark("run_unknown", counts)
    if basis == "log" and min(one.dossiers for one in sides) < _FEW_DOSSIERS:
        yield Remark("few_dossiers", counts)
    by_plan, by_log = annual
    if by_plan and by_log and not by_plan.runs <= by_log.runs * _FACTOR <= by_plan.runs * _FACTOR**2:
        yield Remark("runs_differ", {"plan": by_plan.runs, "log": by_log.runs})


def _remarks(log: tuple[date | None, date | None], listed: Sequence[CostRow], plan: Plan) -> tuple[Remark, ...]:
    first_day, last_day = log
    few = sum(any(remark.code == "few_dossiers" for remark in row.remarks) for row in listed)
    found = [] if plan.given else [Remark("default_assumptions", {})]
    if first_day and last_day and (days := (last_day - first_day).days + 1) < _SHORT_LOG_DAYS:
        found.append(Remark("short_log", {"days": days}))
    by_log = sum(row.run_basis == "log" for row in listed)
    if by_log:
        found.append(Remark("not_corrected", {"procedures": by_log}))
    if few:
        found.append(Remark("few_dossiers_in_sum", {"procedures": few, "least": _FEW_DOSSIERS}))
    return tuple(found)
