"""Who was on time: the shares by group, and the dossiers behind a figure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api import time_answers
from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve, this_minute
from api.routes.slices import MOST, Moment
from api.time_questions import DueSoon, OnTime, OnTimeDossiers
from mining.clocks.verdict import Basis, Convention, OnTimeError, OnTimeQuestion
from mining.slice import Slice
from mining.working_time.calendar import END_DAY

router = APIRouter(tags=["findings"])

Procedure = Annotated[str | None, Query(max_length=MOST, description="Dossiers of this procedure.")]
Unit = Annotated[str | None, Query(max_length=MOST, description="Of this unit, the first that an event names.")]
Channel = Annotated[str | None, Query(max_length=MOST, description="Of this channel, as the events name it.")]
Field = Annotated[
    str | None, Query(max_length=MOST, description="Of procedures to which the catalogue gives this field (lĩnh vực).")
]
ByBasis = Annotated[
    Basis, Query(description="By first promise (log_based), with resets (reported), or by the limit (computed).")
]


async def period(
    finished_from: Annotated[
        Moment | None, Query(alias="from", description="Finished at or after this instant; a date begins in Vietnam.")
    ] = None,
    finished_to: Annotated[
        Moment | None,
        Query(
            alias="to",
            description="Finished before this instant, and running at it; default: the beginning of this minute.",
        ),
    ] = None,
    convention: Annotated[Convention, Query(description="A by date, B by timestamp, C of Decision 766.")] = "A",
) -> OnTimeQuestion:
    """Return the question on all dossiers in the period that the parameters of a request choose."""
    return _asked(finished_from, finished_to or this_minute(), convention)


Period = Annotated[OnTimeQuestion, Depends(period)]


@router.get(
    "/v1/on-time",
    response_model=time_answers.OnTimePage,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def on_time(
    request: Request,
    period: Period,
    by: Annotated[
        list[str] | None, Query(description="procedure, field, unit, channel, month: several times or with commas.")
    ] = None,
    procedure: Procedure = None,
    unit: Unit = None,
    channel: Channel = None,
    field: Field = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Count who was on time, as reported, as the log says, and by limits, side by side. (Tỷ lệ đúng hạn.)"""
    names = tuple(dict.fromkeys(name.strip() for one in by or () for name in one.split(",")))
    chosen = Slice(procedure=procedure, unit=unit, channel=channel)
    asked = _asked(period.finished_from, period.as_of, period.convention, chosen=chosen, by=names)
    asked = replace(asked, field=field)
    return await serve(request, OnTime(asked, number_of(cursor) if cursor else 0, limit))


@router.get(
    "/v1/on-time/dossiers",
    response_model=time_answers.OnTimeDossierPage,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def on_time_dossiers(
    request: Request,
    period: Period,
    basis: ByBasis = "log_based",
    verdict: Annotated[
        Literal["early", "on_time", "late", "within", "overdue", "due_soon"] | None,
        Query(description="Only these; default: all that count."),
    ] = None,
    procedure: Procedure = None,
    unit: Unit = None,
    channel: Channel = None,
    field: Field = None,
    month: Annotated[
        str | None, Query(pattern=r"^\d{4}-\d{2}$", description="Of this month, as the figures by month name it.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the dossiers behind a figure by due date; an empty unit, channel or field: of none. (Hồ sơ của một số liệu.)

    While events arrive, dossiers can shift from one page to the next.
    """
    chosen = Slice(procedure=procedure, unit=unit or None, channel=channel or None)
    named = (("unit", unit), ("channel", channel), ("field", field))
    none = tuple((name, None) for name, value in named if value == "")
    group = (*none, ("month", month)) if month else none
    asked = _asked(period.finished_from, period.as_of, period.convention, chosen=chosen)
    asked = replace(asked, field=field or None)
    offset = number_of(cursor) if cursor else 0
    return await serve(request, OnTimeDossiers(asked, basis, group, verdict, offset, limit))


@router.get(
    "/v1/due-soon",
    response_model=time_answers.DueSoonPage,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def due_soon(
    request: Request,
    basis: ByBasis = "log_based",
    procedure: Procedure = None,
    unit: Unit = None,
    channel: Channel = None,
    field: Field = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the running dossiers that are due within 24 hours, the most urgent first. (Hồ sơ sắp đến hạn.)"""
    chosen = Slice(procedure=procedure, unit=unit, channel=channel)
    asked = replace(_asked(None, this_minute(), "B", chosen=chosen), field=field)
    return await serve(request, DueSoon(asked, basis, number_of(cursor) if cursor else 0, limit))


def _asked(
    finished_from: datetime | None,
    as_of: datetime,
    convention: Convention,
    *,
    chosen: Slice | None = None,
    by: tuple[str, ...] = (),
) -> OnTimeQuestion:
    if as_of.date() >= END_DAY:
        last = f"{END_DAY - timedelta(days=1):%Y}"
        raise ProblemError(
            INVALID_REQUEST, what=f"to (query): office hours are known until {last}; give an earlier end"
        )
    try:
        return OnTimeQuestion(
            as_of=as_of, finished_from=finished_from, chosen=chosen or Slice(), by=by, convention=convention
        )
    except OnTimeError as error:
        raise ProblemError(INVALID_REQUEST, what=error) from error
