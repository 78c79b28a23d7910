"""The catalogue in and out: messages that state entries, what is in force, and what was said before."""

import re
from typing import Annotated, Literal

import anyio
from fastapi import APIRouter, Query, Request, Response

from api import catalogue_answers, examples
from api.catalogue_questions import Entries, Listed
from api.pages import FARTHEST, name_of, number_of
from api.problems import (
    BODY_TOO_LARGE,
    BROKER_UNAVAILABLE,
    CATALOGUE_REJECTED,
    INVALID_REQUEST,
    MALFORMED_BATCH,
    STORE_UNAVAILABLE,
    UNSUPPORTED_CONTENT_TYPE,
    ProblemError,
)
from api.routes.messages import JSON, body_of, messages_of, modes
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, serve, service_of
from api.routes.slices import MOST
from ingest.bus import BusError
from ingest.reject import Rejected
from ingest.store import StoreError

router = APIRouter(tags=["catalogue"])
_LONGEST_KEY = 4096
_MISSING = re.compile(r"required field `(\w+)`")
_PLACE = re.compile(r"at `\$\.?([^`]+)`")


@router.post(
    "/v1/catalogue",
    status_code=202,
    response_model=catalogue_answers.CatalogueTaken,
    responses=problems(
        MALFORMED_BATCH,
        BODY_TOO_LARGE,
        UNSUPPORTED_CONTENT_TYPE,
        CATALOGUE_REJECTED,
        BROKER_UNAVAILABLE,
        STORE_UNAVAILABLE,
    ),
    openapi_extra=modes(examples.CATALOGUE_EVENT),
)
async def post_catalogue(request: Request) -> Response:
    """Take over messages of the catalogue as CloudEvents 1.0: one or a batch, all or none. (Nạp danh mục.)

    A message that was sent before says nothing new, and one that says what is in force changes nothing. With Kafka
    the answer follows the acknowledgement of the broker, and the change follows within seconds.
    """
    body = await body_of(request, service_of(request).settings.max_body_mb)
    limiter: anyio.CapacityLimiter = request.app.state.intake
    taken = await anyio.to_thread.run_sync(_state, request, body, limiter=limiter)
    return Response(taken, 202, media_type=JSON)


@router.get(
    "/v1/catalogue/procedures",
    response_model=catalogue_answers.CatalogueProcedurePage,
    responses=problems(INVALID_REQUEST),
)
async def catalogue_procedures(
    request: Request,
    field: Annotated[str | None, Query(max_length=MOST, description="Only those of this field (lĩnh vực).")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the procedures of the catalogue by code. (Danh mục thủ tục.)"""
    return await _listed(request, "procedures", field, limit, cursor)


@router.get(
    "/v1/catalogue/processes", response_model=catalogue_answers.ApprovedPage, responses=problems(INVALID_REQUEST)
)
async def catalogue_processes(
    request: Request,
    procedure: Annotated[
        str | None, Query(max_length=MOST, description="Only those that apply to this procedure.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the approved processes, every version with its steps. (Quy trình nội bộ đã phê duyệt.)"""
    return await _listed(request, "processes", procedure, limit, cursor)


@router.get(
    "/v1/catalogue/units", response_model=catalogue_answers.CatalogueUnitPage, responses=problems(INVALID_REQUEST)
)
async def catalogue_units(
    request: Request,
    parent: Annotated[str | None, Query(max_length=MOST, description="Only those right below this unit.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the units of the catalogue by code. (Danh mục đơn vị.)"""
    return await _listed(request, "units", parent, limit, cursor)


@router.get(
    "/v1/catalogue/entries", response_model=catalogue_answers.CatalogueEntryPage, responses=problems(INVALID_REQUEST)
)
async def catalogue_entries(
    request: Request,
    kind: Annotated[
        Literal["procedure", "process", "unit", "calendar", "target"] | None, Query(description="Only of this kind.")
    ] = None,
    key: Annotated[str | None, Query(max_length=_LONGEST_KEY, description="Only what was said of this entry.")] = None,
    history: Annotated[bool, Query(description="Also what is not in force any more.")] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List what was said of the catalogue and by whom, the latest first. (Lịch sử danh mục.)"""
    before = number_of(cursor) if cursor else FARTHEST
    return await serve(request, Entries(kind, key, history, before, limit))


async def _listed(
    request: Request,
    what: Literal["procedures", "processes", "units"],
    chosen: str | None,
    limit: int,
    cursor: str | None,
) -> Response:
    return await serve(request, Listed(what, chosen, name_of(cursor) if cursor else None, limit))


def _state(request: Request, body: bytes) -> str:
    messages = messages_of(request, body)
    try:
        done = service_of(request).state(messages)
    except BusError as error:
        raise ProblemError(BROKER_UNAVAILABLE, reason=error) from error
    except StoreError as error:
        raise ProblemError(STORE_UNAVAILABLE, reason=error) from error
    if done.rejected:
        faults = [_fault(one) for one in done.rejected]
        reason = f"message {done.rejected[0].position}: {done.rejected[0].detail}"
        raise ProblemError(
            CATALOGUE_REJECTED, members={"errors": faults}, faults=len(faults), count=len(messages), reason=reason
        )
    recorded = done.recorded
    return catalogue_answers.CatalogueTaken(
        accepted=done.accepted,
        added=list(recorded.added) if recorded else None,
        corrected=list(recorded.corrected) if recorded else None,
        unchanged=recorded.unchanged if recorded else None,
        warnings=[
            catalogue_answers.CatalogueWarning(key=key, text=text)
            for key, texts in done.warnings.items()
            for text in texts
        ],
    ).model_dump_json()


def _fault(one: Rejected) -> dict[str, object]:
    """Say where in the request a fault is: the place in the batch, and the field where it is of one."""
    places = [found[1] for found in (_PLACE.search(one.detail), _MISSING.search(one.detail)) if found]
    return {"index": one.position, "field": ".".join(places) or None, "detail": one.detail}
