"""What a request with CloudEvents 1.0 brings: its body, and the messages in it by the mode that it was sent in."""

import time
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from fastapi import Request

from api.problems import BODY_TOO_LARGE, MALFORMED_BATCH, UNSUPPORTED_CONTENT_TYPE, ProblemError
from ingest.decode import BATCHED, STRUCTURED, Received

JSON = "application/json"
_MEGABYTE = 1024 * 1024
_MOST_MESSAGES = 100_000

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode


def modes(example: dict[str, Any]) -> dict[str, Any]:
    """Return how OpenAPI describes the body of a route that takes messages such as this in any of the three modes."""
    content = {
        STRUCTURED: {"schema": {"type": "object"}, "example": example},
        BATCHED: {"schema": {"type": "array", "items": {"type": "object"}}, "example": [example]},
        JSON: {"schema": {"type": "object"}, "example": example["data"]},
    }
    return {"requestBody": {"required": True, "content": content}}


async def body_of(request: Request, limit_mb: int) -> bytes:
    """Return the body, and no more of it than the limit, whatever its Content-Length says."""
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


def messages_of(request: Request, body: bytes) -> list[Received]:
    """Return the messages; their mode is told by the content type (HTTP binding of CloudEvents 1.0, section 3)."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    now = time.time_ns() // 1_000_000
    structured = (("content-type", STRUCTURED.encode()),)
    if content_type == STRUCTURED:
        return [Received(body, 0, now, structured)]
    if content_type == BATCHED:
        return [Received(one, index, now, structured) for index, one in enumerate(_elements(body))]
    if content_type in ("", JSON) and "ce-specversion" in request.headers:
        return [Received(body, 0, now, _attributes(request))]
    raise ProblemError(UNSUPPORTED_CONTENT_TYPE, given=content_type)


def _elements(body: bytes) -> list[bytes]:
    try:
        elements = _split(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ProblemError(MALFORMED_BATCH, reason=error) from error
    if len(elements) > _MOST_MESSAGES:
        raise ProblemError(MALFORMED_BATCH, reason=f"{len(elements)} messages; the limit is {_MOST_MESSAGES}")
    return [bytes(one) for one in elements]


def _attributes(request: Request) -> list[tuple[str, bytes]]:
    """The attributes of a binary-mode event; values are percent-encoded in HTTP (binding, 3.1.3.2)."""
    found = [
        (name.decode("latin-1"), unquote_to_bytes(_unquoted(raw)))
        for name, raw in request.headers.raw
        if name.startswith(b"ce-")
    ]
    return [("content-type", JSON.encode()), *found]


def _unquoted(raw: bytes) -> bytes:
    quoted = len(raw) > 1 and raw[:1] == raw[-1:] == b'"'
    return raw[1:-1].replace(b'\\"', b'"').replace(b"\\\\", b"\\") if quoted else raw
