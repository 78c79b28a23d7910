"""Reports for those who decide: what re-engineering saved, in time and in money."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError, language_of
from api.reports import answers, cost_answers
from api.reports.accounts import Asked, Behind
from api.reports.cost_questions import AskedCost, CostDossiers, CostReport, CostTable
from api.reports.questions import SavedDossiers, Savings, TimeSaved, TimeSavedTable
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve, service_of, this_minute
from api.routes.slices import MOST, Code, Moment
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat
from mining.savings import SavingsError
from mining.savings.behind import BehindSide
from mining.savings.compliance import CostSide
from mining.savings.judgement import Verdict

router = APIRouter(tags=["reports"])

_FROM = Query(alias="from", description="Versions that came into force on or after this day.")
_TO = Query(alias="to", description="... and before this day.")
_AS_OF = Query(description="By the events before this instant; default: all that are mined.")
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"example": "..."} for media_type in MEDIA_TYPES.values()}}
}

Field = Annotated[str | None, Query(max_length=MOST, description="Procedures of this field (lĩnh vực).")]
Unit = Annotated[str | None, Query(max_length=MOST, description="Dossiers of this unit.")]
Level = Annotated[str | None, Query(max_length=MOST, description="Dossiers of units of this level; 1: no unit above.")]
Wanted = Annotated[Verdict | None, Query(description="Procedures with this verdict.")]


async def period(
    changed_from: Annotated[date | None, _FROM] = None,
    changed_to: Annotated[date | None, _TO] = None,
    as_of: Annotated[Moment | None, _AS_OF] = None,
) -> Asked:
    """Return the question on all changes of the period that the parameters of a request choose."""
    asked = Asked(as_of=as_of, changed_from=changed_from, changed_to=changed_to)
    return _checked(asked)


Period = Annotated[Asked, Depends(period)]


async def chosen(
    period: Period, field: Field = None, unit: Unit = None, level: Level = None, verdict: Wanted = None
) -> Asked:
    """Return the question that the parameters of a request ask, with its filters."""
    return replace(period, field=field, unit=unit, level=level, verdict=verdict)


Chosen = Annotated[Asked, Depends(chosen)]


async def cost_period(request: Request, asked: Period) -> AskedCost:
    """Return the question on compliance cost of the period that the parameters of a request choose."""
    return AskedCost(
        as_of=asked.as_of,
        changed_from=asked.changed_from,
        changed_to=asked.changed_to,
        plan=service_of(request).plan,
    )


Cost = Annotated[AskedCost, Depends(cost_period)]
Table = Annotated[
    Literal["csv", "xlsx", "parquet"] | None,
    Query(alias="format", description="One table of all procedures instead of JSON."),
]


@router.get(
    "/v1/reports/time-saved",
    response_model=answers.TimeSaved,
    responses={**_TABLES, **problems(INVALID_REQUEST)},
)
async def time_saved(
    request: Request,
    asked: Chosen,
    form: Table = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Show what re-engineering saved: nominal and realised, side by side. (Báo cáo thời gian tiết kiệm.)"""
    if form is None:
        return await serve(request, TimeSaved(asked, number_of(cursor) if cursor else 0, limit), slow=True)
    return await serve(request, TimeSavedTable(asked, TableFormat(form), Language(language_of(request))), slow=True)


@router.get(
    "/v1/reports/time-saved/dossiers",
    response_model=answers.SavedDossierPage,
    responses=problems(INVALID_REQUEST),
)
async def time_saved_dossiers(
    request: Request,
    asked: Chosen,
    procedure: Annotated[str | None, Query(max_length=MOST, description="Of this procedure of the report.")] = None,
    process: Annotated[str | None, Query(max_length=2048, description="Of this version: its `process_key`.")] = None,
    month: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}$", description="Taken in in this month.")] = None,
    side: Annotated[BehindSide, Query(description="Under the new version, or those that they are compared with.")] = (
        "after"
    ),
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the dossiers behind a figure of the report, by intake. (Hồ sơ của một số liệu.)"""
    behind = Behind(process_key=process, month=month, side=side)
    question = SavedDossiers(replace(asked, procedure=procedure), behind, number_of(cursor) if cursor else 0, limit)
    return await serve(request, question, slow=True)


@router.get(
    "/v1/procedures/{code:path}/savings",
    response_model=answers.ProcedureSavings,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def procedure_savings(request: Request, code: Code, period: Period) -> Response:
    """Show what the changes of a procedure saved, version by version. (Thời gian tiết kiệm của một thủ tục.)"""
    return await serve(request, Savings(period, code), slow=True)


@router.get(
    "/v1/reports/compliance-cost",
    response_model=cost_answers.ComplianceCost,
    responses={**_TABLES, **problems(INVALID_REQUEST)},
)
async def compliance_cost(
    request: Request,
    asked: Cost,
    procedure: Annotated[str | None, Query(max_length=MOST, description="Of this procedure.")] = None,
    form: Table = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Show what complying costs before and after: of a run and of a year. (Báo cáo chi phí tuân thủ.)"""
    chosen = replace(asked, procedure=procedure or None)
    if form is None:
        return await serve(request, CostReport(chosen, number_of(cursor) if cursor else 0, limit), slow=True)
    return await serve(request, CostTable(chosen, TableFormat(form), Language(language_of(request))), slow=True)


@router.get(
    "/v1/reports/compliance-cost/dossiers",
    response_model=cost_answers.CostDossierPage,
    responses=problems(INVALID_REQUEST),
)
async def compliance_cost_dossiers(
    request: Request,
    asked: Cost,
    procedure: Annotated[str, Query(min_length=1, max_length=MOST, description="Of this procedure of the report.")],
    side: Annotated[CostSide, Query(description="Those of the runs a year, or before or after the change.")] = (
        "counted"
    ),
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the dossiers behind a figure of the log, by intake. (Hồ sơ của một số liệu về chi phí tuân thủ.)"""
    question = CostDossiers(asked, procedure, side, number_of(cursor) if cursor else 0, limit)
    return await serve(request, question, slow=True)


def _checked(asked: Asked) -> Asked:
    try:
        asked.question(asked.as_of or this_minute())
    except SavingsError as error:
        raise ProblemError(INVALID_REQUEST, what=error) from error
    return asked
