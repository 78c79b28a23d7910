"""Promised dates and finishes that were changed by hand: by unit, and one by one."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api import time_answers
from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError
from api.reset_questions import ChangedDates, Resets
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve
from api.routes.slices import MOST, Moment
from api.tables import MEDIA_TYPES, TableFormat
from mining.clocks.resets import ResetError, ResetQuestion
from mining.slice import Slice

router = APIRouter(tags=["findings"])

Format = Annotated[
    Literal["csv", "xlsx", "parquet"] | None,
    Query(alias="format", description="All rows as a table instead of a page of JSON."),
]
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"example": "..."} for media_type in MEDIA_TYPES.values()}}
}


async def changes(
    said_from: Annotated[
        Moment | None, Query(alias="from", description="Said at or after this instant; a date begins in Vietnam.")
    ] = None,
    said_to: Annotated[
        Moment | None, Query(alias="to", description="Said before this instant; a date begins in Vietnam.")
    ] = None,
    procedure: Annotated[str | None, Query(max_length=MOST, description="Of dossiers of this procedure.")] = None,
    channel: Annotated[str | None, Query(max_length=MOST, description="Of dossiers of this channel.")] = None,
) -> ResetQuestion:
    """Return the question on the changes that the parameters of a request choose."""
    try:
        return ResetQuestion(
            chosen=Slice(procedure=procedure, channel=channel or None), said_from=said_from, said_to=said_to
        )
    except ResetError as error:
        raise ProblemError(INVALID_REQUEST, what=error) from error


Changes = Annotated[ResetQuestion, Depends(changes)]


@router.get(
    "/v1/resets",
    response_model=time_answers.ResetPage,
    responses={**_TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def resets(
    request: Request, asked: Changes, limit: Limit = 100, cursor: Cursor = None, form: Format = None
) -> Response:
    """Count which units rewrote due dates or set finishes back. (Đặt lại ngày hẹn trả, đặt lại hồ sơ quá hạn.)"""
    return await serve(request, Resets(asked, number_of(cursor) if cursor else 0, limit, _table(form)))


@router.get(
    "/v1/resets/dossiers",
    response_model=time_answers.ChangedDatePage,
    responses={**_TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def reset_dossiers(
    request: Request,
    asked: Changes,
    unit: Annotated[str | None, Query(max_length=MOST, description="Made by this unit; empty: none is named.")] = None,
    kind: Annotated[
        Literal["reset-due", "reset-finish", "changed"] | None, Query(description="Only these; default: all.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    form: Format = None,
) -> Response:
    """List the changes behind a figure, with their dossiers. (Các lần đặt lại của một số liệu, từng hồ sơ.)"""
    offset = number_of(cursor) if cursor else 0
    return await serve(request, ChangedDates(asked, unit, kind, offset, limit, _table(form)))


def _table(form: str | None) -> TableFormat | None:
    return TableFormat(form) if form else None
