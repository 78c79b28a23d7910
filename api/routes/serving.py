"""How a finding is served: from memory without leaving the event loop, else computed in a thread; conditionally."""

from typing import Any

import anyio
from fastapi import Request, Response

from api import answers
from api.findings import Finding, Question
from api.problems import MEDIA_TYPE, Kind
from api.service import Service

_READERS = 4
_MODELLERS = 8


class Threads:
    """How many requests of a kind may hold a thread at the same time; the others wait without one.

    So that slow models do not keep quick answers waiting, nor answers the intake of events.
    """

    def __init__(self) -> None:
        self.reading = anyio.CapacityLimiter(_READERS)
        self.modelling = anyio.CapacityLimiter(_MODELLERS)
        self.taking_in = anyio.CapacityLimiter(_READERS)


def service_of(request: Request) -> Service:
    """Return the service that answers this request."""
    service: Service = request.app.state.service
    return service


def threads_of(request: Request) -> Threads:
    """Return the threads of the application."""
    threads: Threads = request.app.state.threads
    return threads


async def serve(request: Request, question: Question, *, slow: bool = False) -> Response:
    """Answer a question, or say 304 when the asker has that answer; `slow` ones have threads of their own."""
    findings = service_of(request).findings
    if _holds(request.headers.get("if-none-match", ""), findings.tag(question)):
        return Response(status_code=304, headers=_headers(findings.tag(question)))
    found = findings.known(question)
    if found is None:
        threads = threads_of(request)
        limiter = threads.modelling if slow else threads.reading
        found = await anyio.to_thread.run_sync(findings.find, question, limiter=limiter)
    return _response(found)


def _response(found: Finding) -> Response:
    return Response(found.body.content, headers=_headers(found.tag), media_type=found.body.media_type)


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}


def _holds(given: str, tag: str) -> bool:
    """Whether an If-None-Match header names this tag (RFC 9110, 13.1.2: compared weakly)."""
    return tag in (one.strip().removeprefix("W/") for one in given.split(",")) or given.strip() == "*"


def problems(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes the problems of a route: by status, an example of each kind."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response = described.setdefault(
            kind.status,
            {"model": answers.Problem, "description": kind.title, "content": {MEDIA_TYPE: {"examples": {}}}},
        )
        shown = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.detail}
        response["content"][MEDIA_TYPE]["examples"][kind.name] = {"summary": kind.title, "value": shown}
    return described
