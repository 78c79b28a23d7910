"""How a finding is served: from memory without leaving the event loop, else computed in a thread; conditionally."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import anyio
from fastapi import Request, Response

from api import answers
from api.findings import Finding, Findings, Question
from api.problems import MEDIA_TYPE, Kind
from api.service import Service

_READERS = 2
_MODELLERS = 4
_GRACE_SECONDS = 1.0
"""A finding that events have just changed may be served for so long ..."""
_PATIENCE_SECONDS = 0.025
"""... when the new one takes longer than this: a dashboard does not stutter whenever events come in."""


@dataclass(frozen=True, slots=True)
class _Underway:
    """A computation, and when it was begun (seconds of the event loop)."""

    task: asyncio.Task[Finding]
    since: float


class Desk:
    """Answers the questions of all requests; used on the event loop only.

    A question is computed once however many ask, in a thread that only the computation holds. Models have threads
    of their own, so that they do not keep quick answers waiting.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._readers = anyio.CapacityLimiter(_READERS)
        self._modellers = anyio.CapacityLimiter(_MODELLERS)
        self._underway: dict[Question, _Underway] = {}

    async def find(self, question: Question, *, slow: bool = False, fresh: bool = False) -> Finding:
        """Return the answer; unless it must be `fresh`, one that held a moment ago rather than a long wait."""
        known = self._findings.known(question)
        if known is not None:
            return known
        grace_seconds = 0.0 if fresh else _GRACE_SECONDS
        older = self._underway.get(question)
        if older is not None:  # begun before this was asked, so perhaps from an older state of the log
            found = await self._settled(older, question, grace_seconds)
            if found is not None:
                return found
        begun = self._underway.get(question) or self._begin(question, self._modellers if slow else self._readers)
        found = await self._settled(begun, question, grace_seconds)
        return found if found is not None else await asyncio.shield(begun.task)

    async def _settled(self, underway: _Underway, question: Question, grace_seconds: float) -> Finding | None:
        """Wait for a computation, but not long where an answer of a moment ago will do; return what is known then."""
        timeout = None
        if self._findings.known(question, within_seconds=grace_seconds) is not None:
            timeout = max(0.0, underway.since + _PATIENCE_SECONDS - asyncio.get_running_loop().time())
        await asyncio.wait({underway.task}, timeout=timeout)
        return self._findings.known(question, within_seconds=grace_seconds)

    def _begin(self, question: Question, limiter: anyio.CapacityLimiter) -> _Underway:
        computing = anyio.to_thread.run_sync(self._findings.find, question, limiter=limiter)
        begun = _Underway(asyncio.ensure_future(computing), asyncio.get_running_loop().time())
        self._underway[question] = begun
        begun.task.add_done_callback(lambda task: self._end(question, task))
        return begun

    def _end(self, question: Question, task: asyncio.Task[Finding]) -> None:
        del self._underway[question]
        if not task.cancelled():
            task.exception()  # those who wait are told; where nobody waits any more, nobody need be


def this_minute() -> datetime:
    """Return when the present minute began (UTC): up to then, what is asked of "now" has one answer."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def service_of(request: Request) -> Service:
    """Return the service that answers this request."""
    service: Service = request.app.state.service
    return service


async def serve(request: Request, question: Question, *, slow: bool = False) -> Response:
    """Answer a question, or say 304 when the asker has that answer; `slow` ones have threads of their own."""
    desk: Desk = request.app.state.desk
    given = request.headers.get("if-none-match", "")
    tag = service_of(request).findings.tag(question)
    if given and _names(given, tag):
        return Response(status_code=304, headers=_headers(tag))
    fresh = "no-cache" in request.headers.get("cache-control", "")
    found = await desk.find(question, slow=slow, fresh=fresh)
    if given and (_names(given, found.tag) or given.strip() == "*"):
        return Response(status_code=304, headers=_headers(found.tag))
    return Response(found.body.content, headers=_headers(found.tag), media_type=found.body.media_type)


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}


def _names(given: str, tag: str) -> bool:
    """Whether an If-None-Match header names this tag (RFC 9110, 13.1.2: compared weakly)."""
    return tag in (one.strip().removeprefix("W/") for one in given.split(","))


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
