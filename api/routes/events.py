"""Events in: CloudEvents 1.0 over HTTP in structured, batched and binary mode; and those that were refused."""

import anyio
from fastapi import APIRouter, Request, Response

from api import answers, examples
from api.pages import FARTHEST, number_of
from api.problems import (
    BODY_TOO_LARGE,
    BROKER_UNAVAILABLE,
    EVENTS_REJECTED,
    INVALID_REQUEST,
    MALFORMED_BATCH,
    STORE_UNAVAILABLE,
    UNSUPPORTED_CONTENT_TYPE,
    ProblemError,
)
from api.rejects import recent_rejects
from api.routes.messages import JSON, body_of, messages_of, modes
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, service_of
from api.service import Submission
from ingest.bus import BusError
from ingest.store import StoreError

router = APIRouter(tags=["events"])


@router.post(
    "/v1/events",
    status_code=202,
    response_model=answers.Taken,
    responses=problems(
        MALFORMED_BATCH,
        BODY_TOO_LARGE,
        UNSUPPORTED_CONTENT_TYPE,
        EVENTS_REJECTED,
        BROKER_UNAVAILABLE,
        STORE_UNAVAILABLE,
    ),
    openapi_extra=modes(examples.EVENT),
)
async def post_events(request: Request) -> Response:
    """Take in events as CloudEvents 1.0: one (structured or binary mode) or a batch. (Nhận sự kiện.)

    An event is known by its `source` and `id`: sending it again does no harm. Usable events of a batch are kept
    even when others of it are refused. With Kafka the answer follows the acknowledgement of the broker.
    """
    body = await body_of(request, service_of(request).settings.max_body_mb)
    limiter: anyio.CapacityLimiter = request.app.state.intake
    taken = await anyio.to_thread.run_sync(_take, request, body, limiter=limiter)
    return Response(taken, 202, media_type=JSON)


@router.get("/v1/rejects", response_model=answers.RejectPage, responses=problems(INVALID_REQUEST))
def rejects(request: Request, limit: Limit = 100, cursor: Cursor = None) -> answers.RejectPage:
    """List the events that could not be used, the latest first, without their content. (Sự kiện bị từ chối.)"""
    before = number_of(cursor) if cursor else FARTHEST
    return recent_rejects(service_of(request).store, before=before, most=limit)


def _take(request: Request, body: bytes) -> str:
    messages = messages_of(request, body)
    try:
        done = service_of(request).submit(messages)
    except BusError as error:
        raise ProblemError(BROKER_UNAVAILABLE, reason=error) from error
    except StoreError as error:
        raise ProblemError(STORE_UNAVAILABLE, reason=error) from error
    return _taken(done, len(messages)).model_dump_json()


def _taken(done: Submission, count: int) -> answers.Taken:
    refused = [
        answers.Refusal(index=one.position, reason=one.reason.value, detail=one.detail)
        for one in sorted(done.rejected, key=lambda one: one.position)
    ]
    if refused and not done.accepted:
        members = {"accepted": 0, "duplicates": done.duplicates, "rejected": [one.model_dump() for one in refused]}
        raise ProblemError(EVENTS_REJECTED, members=members, count=count, reason=refused[0].detail)
    return answers.Taken(accepted=done.accepted, duplicates=done.duplicates, rejected=refused)
