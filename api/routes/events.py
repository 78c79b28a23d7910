"""Events in: CloudEvents 1.0 over HTTP in structured, batched and binary mode; and those that were refused."""

import time
from urllib.parse import unquote_to_bytes

import anyio
import msgspec
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
from api.routes.procedures import Cursor, Limit
from api.routes.serving import problems, service_of
from api.service import Submission
from ingest.bus import BusError
from ingest.decode import BATCHED, STRUCTURED, Received
from ingest.store import StoreError

router = APIRouter(tags=["events"])
_JSON = "application/json"
_MEGABYTE = 1024 * 1024
_MOST_EVENTS = 100_000

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode


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
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": {"type": "object"}, "example": examples.EVENT},
                BATCHED: {"schema": {"type": "array", "items": {"type": "object"}}, "example": [examples.EVENT]},
                _JSON: {"schema": {"type": "object"}, "example": examples.EVENT["data"]},
            },
        }
    },
)
async def post_events(request: Request) -> Response:
    """Take in events as CloudEvents 1.0: one (structured or binary mode) or a batch. (Nhận sự kiện.)

    An event is known by its `source` and `id`: sending it again does no harm. Usable events of a batch are kept
    even when others of it are refused. With Kafka the answer follows the acknowledgement of the broker.
    """
    body = await _body(request, service_of(request).settings.max_body_mb)
    limiter: anyio.CapacityLimiter = request.app.state.intake
    taken = await anyio.to_thread.run_sync(_take, request, body, limiter=limiter)
    return Response(taken, 202, media_type=_JSON)


@router.get("/v1/rejects", response_model=answers.RejectPage, responses=problems(INVALID_REQUEST))
def rejects(request: Request, limit: Limit = 100, cursor: Cursor = None) -> answers.RejectPage:
    """List the events that could not be used, the latest first, without their content. (Sự kiện bị từ chối.)"""
    before = number_of(cursor) if cursor else FARTHEST
    return recent_rejects(service_of(request).store, before=before, most=limit)


async def _body(request: Request, limit_mb: int) -> bytes:
    """Read the body, and no more of it than the limit, whatever its Content-Length says."""
    limit, chunks, size = limit_mb * _MEGABYTE, [], 0
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise ProblemError(BODY_TOO_LARGE, limit_mb=limit_mb)
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise ProblemError(BODY_TOO_LARGE, limit_mb=limit_mb)
        chunks.append(chunk)
    return b"".join(chunks)


def _take(request: Request, body: bytes) -> str:
    messages = _messages(request, body)
    try:
        done = service_of(request).submit(messages)
    except BusError as error:
        raise ProblemError(BROKER_UNAVAILABLE, reason=error) from error
    except StoreError as error:
        raise ProblemError(STORE_UNAVAILABLE, reason=error) from error
    return _taken(done, len(messages)).model_dump_json()


def _messages(request: Request, body: bytes) -> list[Received]:
    """Tell the mode by the content type, as the HTTP binding of CloudEvents 1.0 (section 3) has it."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    now = time.time_ns() // 1_000_000
    structured = (("content-type", STRUCTURED.encode()),)
    if content_type == STRUCTURED:
        return [Received(body, 0, now, structured)]
    if content_type == BATCHED:
        return [Received(one, index, now, structured) for index, one in enumerate(_elements(body))]
    if content_type in ("", _JSON) and "ce-specversion" in request.headers:
        return [Received(body, 0, now, _attributes(request))]
    raise ProblemError(UNSUPPORTED_CONTENT_TYPE, given=content_type)


def _elements(body: bytes) -> list[bytes]:
    try:
        elements = _split(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ProblemError(MALFORMED_BATCH, reason=error) from error
    if len(elements) > _MOST_EVENTS:
        raise ProblemError(MALFORMED_BATCH, reason=f"{len(elements)} events; the limit is {_MOST_EVENTS}")
    return [bytes(one) for one in elements]


def _attributes(request: Request) -> list[tuple[str, bytes]]:
    """The attributes of a binary-mode event; values are percent-encoded in HTTP (binding, 3.1.3.2)."""
    found = [
        (name.decode("latin-1"), unquote_to_bytes(_unquoted(raw)))
        for name, raw in request.headers.raw
        if name.startswith(b"ce-")
    ]
    return [("content-type", _JSON.encode()), *found]


def _unquoted(raw: bytes) -> bytes:
    quoted = len(raw) > 1 and raw[:1] == raw[-1:] == b'"'
    return raw[1:-1].replace(b'\\"', b'"').replace(b"\\\\", b"\\") if quoted else raw


def _taken(done: Submission, count: int) -> answers.Taken:
    refused = [
        answers.Refusal(index=one.position, reason=one.reason.value, detail=one.detail)
        for one in sorted(done.rejected, key=lambda one: one.position)
    ]
    if refused and not done.accepted:
        members = {"accepted": 0, "duplicates": done.duplicates, "rejected": [one.model_dump() for one in refused]}
        raise ProblemError(EVENTS_REJECTED, members=members, count=count, reason=refused[0].detail)
    return answers.Taken(accepted=done.accepted, duplicates=done.duplicates, rejected=refused)
