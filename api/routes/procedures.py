"""What was found on procedures: the list, a procedure in numbers, its map, its variants."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api import answers
from api.accept import preferred
from api.pages import name_of, number_of
from api.problems import FINDING_UNAVAILABLE, INVALID_REQUEST, UNKNOWN_PROCEDURE, language_of
from api.questions import JSON, SVG, InNumbers, Map, MapPicture, Procedures, VariantPage
from api.routes.serving import problems, serve, this_minute
from api.routes.slices import Code, chosen_slice
from mining.slice import Slice

router = APIRouter(tags=["findings"])
_MOST = 1000

Limit = Annotated[int, Query(ge=1, le=_MOST, description="Items of a page.")]
Cursor = Annotated[str | None, Query(max_length=2048, description="`next` of the page before.")]
ChosenSlice = Annotated[Slice, Depends(chosen_slice)]


@router.get("/v1/procedures", response_model=answers.ProcedurePage, responses=problems(INVALID_REQUEST))
async def procedures(request: Request, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """List the procedures in the order of their codes. (Danh sách thủ tục theo mã.)"""
    after = name_of(cursor) if cursor else None
    return await serve(request, Procedures(after, limit))


@router.get(
    "/v1/procedures/{code:path}/map",
    response_model=answers.Map,
    responses={
        200: {"content": {SVG: {"example": "<svg>...</svg>"}}},
        **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST, FINDING_UNAVAILABLE),
    },
)
async def procedure_map(
    request: Request,
    chosen: ChosenSlice,
    form: Annotated[
        Literal["json", "svg"] | None, Query(alias="format", description="Instead of the Accept header.")
    ] = None,
) -> Response:
    """Show how dossiers travel: which step follows which, how often, how long after. (Bản đồ đường đi của hồ sơ.)"""
    if form is None and preferred(request.headers.get("accept", ""), JSON, SVG) == SVG:
        form = "svg"
    if form == "svg":
        return await serve(request, MapPicture(chosen, language_of(request)), slow=True)
    return await serve(request, Map(chosen))


@router.get(
    "/v1/procedures/{code:path}/variants",
    response_model=answers.VariantPage,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def procedure_variants(
    request: Request, chosen: ChosenSlice, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List the ways that dossiers take, the most frequent first. (Các biến thể đường đi, thường gặp trước.)

    While events arrive the ranks can shift from one page to the next.
    """
    offset = number_of(cursor) if cursor else 0
    return await serve(request, VariantPage(chosen, offset, limit))


@router.get("/v1/procedures/{code:path}", response_model=answers.Procedure, responses=problems(UNKNOWN_PROCEDURE))
async def procedure(request: Request, code: Code) -> Response:
    """Show a procedure in numbers, its approved processes, and who held its dossiers. (Một thủ tục.)"""
    return await serve(request, InNumbers(code, this_minute()))
