"""Change over time: since when a procedure takes another way or another time, and what changed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.compliance import change_answers
from api.compliance.change_questions import ProcedureChanges
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE
from api.routes.looked_at import covered
from api.routes.serving import problems, serve
from api.routes.slices import Code, Moment

router = APIRouter(tags=["compliance"])


@router.get(
    "/v1/procedures/{code:path}/changes",
    response_model=change_answers.ProcedureChanges,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def procedure_changes(
    request: Request,
    code: Code,
    as_of: Annotated[Moment | None, Query(description="By the events before this instant; default: now.")] = None,
) -> Response:
    """Show since when a procedure takes another way or time. (Thay đổi theo thời gian: có chủ đích hay ngoài dự kiến.)

    A change around the day of a new version was intended; any other is a drift.
    """
    return await serve(request, ProcedureChanges(code, covered(as_of) if as_of else None), slow=True)
