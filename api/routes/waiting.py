"""Why dossiers wait: by hand-over, role, unit or procedure and by cause, and the steps behind a figure."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.pages import number_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError, language_of
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve
from api.routes.slices import MOST, chosen_city_slice, chosen_slice
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat
from api.waiting import answers
from api.waiting.kept import COLUMNS, SHORT
from api.waiting.questions import WaitedSteps, Waiting, WaitingTable
from mining.slice import Slice

router = APIRouter(tags=["findings"])

_HAND_OVER = ("source_activity", "source_role", "target_activity", "target_role")
_FARTHEST = 10_000
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"example": "..."} for media_type in MEDIA_TYPES.values()}}
}

CitySlice = Annotated[Slice, Depends(chosen_city_slice)]
ProcedureSlice = Annotated[Slice, Depends(chosen_slice)]
By = Annotated[
    list[str] | None,
    Query(description=f"Groups: {', '.join((*COLUMNS, *SHORT))}; several times or with commas."),
]
Form = Annotated[
    Literal["csv", "xlsx", "parquet"] | None,
    Query(alias="format", description="All groups as a table instead of a page of JSON."),
]
Cause = Annotated[
    Literal["citizen", "batching", "contention", "prioritization", "unavailability", "extraneous"] | None,
    Query(description="Those that waited longest for this cause; default: in all."),
]


def _of(what: str) -> Any:
    return Query(max_length=MOST, description=f"{what}, as in the key of a group; empty: where none is named.")


@router.get(
    "/v1/waiting",
    response_model=answers.WaitingPage,
    responses={**_TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def waiting(
    request: Request,
    chosen: CitySlice,
    by: By = None,
    form: Form = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Tell why the dossiers of the whole city wait, by procedure or by what `by` names. (Vì sao hồ sơ phải chờ.)"""
    return await _served(request, chosen, _columns(by, ("procedure",)), form, (limit, cursor))


@router.get(
    "/v1/waiting/steps",
    response_model=answers.WaitedStepPage,
    responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST),
)
async def waiting_steps(
    request: Request,
    chosen: CitySlice,
    cause: Cause = None,
    source_unit: Annotated[str | None, _of("Unit of the step that enabled")] = None,
    source_activity: Annotated[str | None, _of("Activity of the step that enabled")] = None,
    source_role: Annotated[str | None, _of("Role of the step that enabled")] = None,
    target_unit: Annotated[str | None, _of("Unit of the step that waited")] = None,
    target_activity: Annotated[str | None, _of("Activity of the step that waited")] = None,
    target_role: Annotated[str | None, _of("Role of the step that waited")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the steps that waited longest, with their dossiers. (Các bước phải chờ lâu nhất, kèm hồ sơ.)"""
    given = {
        "source_unit": source_unit,
        "source_activity": source_activity,
        "source_role": source_role,
        "target_unit": target_unit,
        "target_activity": target_activity,
        "target_role": target_role,
    }
    offset = number_of(cursor) if cursor else 0
    if offset > _FARTHEST:
        what = f"cursor (query): the list ends after its first {_FARTHEST:,} steps; choose a group or a shorter period"
        raise ProblemError(INVALID_REQUEST, what=what)
    of = tuple((column, name or None) for column, name in given.items() if name is not None)
    return await serve(request, WaitedSteps(chosen, of, cause, offset, limit), slow=True)


@router.get(
    "/v1/procedures/{code:path}/waiting",
    response_model=answers.WaitingPage,
    responses={**_TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def procedure_waiting(
    request: Request,
    chosen: ProcedureSlice,
    by: By = None,
    form: Form = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Tell why the dossiers of a procedure wait, by hand-over or by what `by` names. (Vì sao hồ sơ phải chờ.)"""
    return await _served(request, chosen, _columns(by, _HAND_OVER), form, (limit, cursor))


async def _served(
    request: Request, chosen: Slice, by: tuple[str, ...], form: str | None, page: tuple[int, str | None]
) -> Response:
    if form is not None:
        language = Language(language_of(request))
        return await serve(request, WaitingTable(chosen, by, TableFormat(form), language), slow=True)
    limit, cursor = page
    return await serve(request, Waiting(chosen, by, number_of(cursor) if cursor else 0, limit), slow=True)


def _columns(given: Sequence[str] | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that `by` names; a name that is none is a ProblemError."""
    names = [name.strip() for one in given or () for name in one.split(",")]
    columns = tuple(dict.fromkeys(SHORT.get(name, name) for name in names)) or otherwise
    for column in columns:
        if column not in COLUMNS:
            what = f"by (query): {column[:40]!r} is none of {', '.join((*COLUMNS, *SHORT))}; officers are not shown"
            raise ProblemError(INVALID_REQUEST, what=what)
    return columns
