"""Reports for those who decide: what re-engineering saved."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError, language_of
from api.reports import answers
from api.reports.accounts import Asked
from api.reports.questions import Savings, TimeSaved, TimeSavedTable
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve, this_minute
from api.routes.slices import MOST, Code, Moment
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat
from mining.savings import SavingsError
from mining.savings.judgement import Verdict

router = APIRouter(tags=["reports"])

_FROM = Query(alias="from", description="Versions that came into force on or after this day.")
_TO = Query(alias="to", description="... and before this day.")
_AS_OF = Query(description="By the events before this instant; default: all that are mined.")


async def period(
    changed_from: Annotated[date | None, _FROM] = None,
    changed_to: Annotated[date | None, _TO] = None,
    as_of: Annotated[Moment | None, _AS_OF] = None,
) -> Asked:
    """Return the question on all changes of the period that the parameters of a request choose."""
    asked = Asked(as_of=as_of, changed_from=changed_from, changed_to=changed_to)
    return _checked(asked)


Period = Annotated[Asked, Depends(period)]


@router.get(
    "/v1/reports/time-saved",
    response_model=answers.TimeSaved,
    responses={
        200: {"content": {media: {"schema": {"type": "string"}} for media in MEDIA_TYPES.values()}},
        **problems(INVALID_REQUEST),
    },
)
async def time_saved(
    request: Request,
    period: Period,
    field: Annotated[str | None, Query(max_length=MOST, description="Procedures of this field (lĩnh vực).")] = None,
    unit: Annotated[str | None, Query(max_length=MOST, description="Dossiers of this unit.")] = None,
    level: Annotated[
        str | None, Query(max_length=MOST, description="Dossiers of units of this level; 1: no unit above.")
    ] = None,
    verdict: Annotated[Verdict | None, Query(description="Procedures with this verdict.")] = None,
    form: Annotated[
        TableFormat | None, Query(alias="format", description="One table of all procedures instead of JSON.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Show what re-engineering saved: nominal and realised, side by side. (Báo cáo thời gian tiết kiệm.)"""
    asked = Asked(
        as_of=period.as_of,
        changed_from=period.changed_from,
        changed_to=period.changed_to,
        field=field,
        unit=unit,
        level=level,
        verdict=verdict,
    )
    if form is None:
        return await serve(request, TimeSaved(asked, number_of(cursor) if cursor else 0, limit), slow=True)
    return await serve(request, TimeSavedTable(asked, form, Language(language_of(request))), slow=True)


@router.get(
    "/v1/procedures/{code:path}/savings",
    response_model=answers.ProcedureSavings,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def procedure_savings(request: Request, code: Code, period: Period) -> Response:
    """Show what the changes of a procedure saved, version by version. (Thời gian tiết kiệm của một thủ tục.)"""
    return await serve(request, Savings(period, code), slow=True)


def _checked(asked: Asked) -> Asked:
    try:
        asked.question(asked.as_of or this_minute())
    except SavingsError as error:
        raise ProblemError(INVALID_REQUEST, what=error) from error
    return asked
