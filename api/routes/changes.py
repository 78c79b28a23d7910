"""Change over time: since when a procedure takes another way or another time, and what changed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.compliance import change_answers
from api.compliance.asked import Page
from api.compliance.change_questions import AllChanges, ProcedureChanges
from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE
from api.routes.looked_at import covered
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve
from api.routes.slices import Code, Moment
from mining.drift.findings import What

router = APIRouter(tags=["compliance"])


AsOf = Annotated[Moment | None, Query(description="By the events before this instant; default: now.")]


@router.get("/v1/changes", response_model=change_answers.ChangePage, responses=problems(INVALID_REQUEST))
async def changes(
    request: Request,
    as_of: AsOf = None,
    what: Annotated[What | None, Query(description="Only changes of time, or of paths; default: both.")] = None,
    intended: Annotated[
        bool | None, Query(description="Only those with a new version around them, or only drifts; default: both.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List which procedures changed, the latest first. (Các thủ tục có thay đổi, mới nhất trước.)"""
    page = Page(number_of(cursor) if cursor else 0, limit)
    return await serve(request, AllChanges(covered(as_of) if as_of else None, what, intended, page), slow=True)


@router.get(
    "/v1/procedures/{code:path}/changes",
    response_model=change_answers.ProcedureChanges,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def procedure_changes(
    request: Request,
    code: Code,
    as_of: AsOf = None,
) -> Response:
    """Show since when a procedure takes another way or time. (Thay đổi theo thời gian: có chủ đích hay ngoài dự kiến.)

    A change around the day of a new version was intended; any other is a drift.
    """
    return await serve(request, ProcedureChanges(code, covered(as_of) if as_of else None), slow=True)
