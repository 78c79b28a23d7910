"""Around every request: whom it is addressed to, and at which address; headers, duration and faults of its answer."""

import logging
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.hosts import Hosts
from api.logs import about_request, request_id
from api.problems import INTERNAL_ERROR, UNKNOWN_HOST, ProblemError, document

_log = logging.getLogger(__name__)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A browser does nothing with an answer but show it; a picture brings its own styles, and no scripts. Only /docs,
the one page of HTML, says its own policy."""

Observe = Callable[[str, str, int, float], None]
"""Told of each request: method, template of the route (`none` for an unknown address), status, seconds."""


class Edge:
    """The outermost layer of the application: whatever happens within, the answer is in good order.

    Every request has an id, from its `X-Request-ID` or new: in the answer, in its problem, in all lines of the log.
    """

    def __init__(self, app: ASGIApp, *, observe: Observe, hosts: Hosts) -> None:
        self._app = app
        self._observe = observe
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; a fault of ours becomes a problem with an instance that the log tells of."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = request_id(Headers(scope=scope).get("x-request-id"))
        with about_request(named):
            await self._serve({**scope, "request_id": named}, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0
        inner = {**scope, "path": _path(scope), "method": "GET" if scope["method"] == "HEAD" else scope["method"]}

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["X-Request-ID"] = scope["request_id"]
                headers.setdefault("Cache-Control", "no-store")
                if not headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = _POLICY
            await send(message)

        host = Headers(scope=scope).get("host", "")
        try:
            await (self._app if self._hosts.answer_to(host) else _stranger(host))(inner, receive, sending)
        except ClientDisconnect:
            status = 499
        except Exception:  # the edge of a request: nothing above it would answer
            if status:
                raise
            await _confess(inner, receive, sending)
        route, seconds = getattr(inner.get("route"), "path_format", "none"), time.perf_counter() - started
        self._observe(scope["method"], route, status, seconds)
        _tell(scope["method"], route, status, seconds)


def _stranger(host: str) -> ASGIApp:
    """What a request is answered with that is addressed to a name which is none of the service's."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        problem = ProblemError(UNKNOWN_HOST, host=host)
        await document(Request(scope, receive), problem)(scope, receive, send)

    return refuse


def _tell(method: str, route: str, status: int, seconds: float) -> None:
    """Write down a request by the template of its route: its address may name a dossier.

    That `/readyz` says no is its answer, no fault; why it does stands in the log already.
    """
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR and route != "/readyz"
    level = logging.WARNING if is_fault else logging.DEBUG
    if _log.isEnabledFor(level):
        said = {"method": method, "route": route, "status": status, "seconds": round(seconds, 6)}
        _log.log(level, "request answered", extra=said)


async def _confess(scope: Scope, receive: Receive, send: Send) -> None:
    instance = uuid.uuid4().urn
    request = Request(scope, receive)
    failed = {"method": request.method, "route": getattr(scope.get("route"), "path_format", "none")}
    dossier = scope.get("path_params", {}).get("id", "")
    _log.exception("request failed", extra={**failed, "instance": instance, "hide": (dossier, written(dossier))})
    await document(request, ProblemError(INTERNAL_ERROR, members={"instance": instance}))(scope, receive, send)


def _path(scope: Scope) -> str:
    """The path with a slash that was written as %2F kept apart from those between its segments.

    Names that people give, such as codes of procedures, contain slashes. `written()` undoes it.
    """
    raw: bytes | None = scope.get("raw_path")
    if raw is None or b"%2" not in raw:
        return str(scope["path"])
    segments = raw.partition(b"?")[0].decode("latin-1").split("/")
    return "/".join(unquote(one).replace("%", "%25").replace("/", "%2F") for one in segments)


def written(segment: str) -> str:
    """Return a path parameter as its sender meant it."""
    return segment.replace("%2F", "/").replace("%25", "%")
