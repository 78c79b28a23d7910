"""The HTTP application: one service, its routes, and what surrounds every request."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

import anyio
import duckdb
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.description import described
from api.edge import Edge
from api.hosts import Hosts
from api.metrics.registry import Metrics
from api.problems import ProblemError, on_http_error, on_invalid, on_mining_error, on_problem, on_store_error
from api.routes import (
    approved_models,
    bottlenecks,
    catalogue,
    changes,
    conformance,
    docs,
    dossiers,
    events,
    explained,
    health,
    integrity,
    models,
    on_time,
    opportunities,
    procedures,
    reports,
    resets,
    rules,
    systems,
    units,
    waiting,
    what_if,
)
from api.routes.serving import Desk
from api.service import Service
from api.what_if.runs import Runs
from mining import MiningError

_INTAKES = 4
"""How many requests with events may hold a thread at a time; the others wait without one."""

_ROUTES = (
    *(events, catalogue, models, reports, waiting, rules, integrity, systems, changes),
    *(conformance, approved_models),
    *(bottlenecks, units, opportunities, what_if),
    *(procedures, on_time, resets, dossiers, health, explained, docs),  # procedures last of those about one procedure
)

_DESCRIPTION = """
How administrative procedures are really handled: events of dossiers in, findings out.

*Thủ tục hành chính thực sự được giải quyết thế nào: nhận sự kiện hồ sơ, trả về kết quả khai phá.*

Every error is a problem (RFC 9457) in English or, with `Accept-Language: vi`, in Vietnamese. Findings carry an
`ETag`; ask again with `If-None-Match` and an unchanged one costs nothing. Instants are RFC 3339 in UTC.
"""
_TAGS = [
    {"name": "events", "description": "Events in, and those that were refused. *Nhận sự kiện.*"},
    {"name": "catalogue", "description": "Procedures, approved processes, units, calendars, targets. *Danh mục.*"},
    {"name": "findings", "description": "Procedures, maps, variants, dossiers. *Kết quả khai phá.*"},
    {"name": "compliance", "description": "Rules, integrity, two systems, change. *Kiểm tra, đối chiếu.*"},
    {"name": "improvement", "description": "Lost hours, units compared, opportunities. *Điểm nghẽn, cơ hội cải tiến.*"},
    {"name": "models", "description": "Discovered models as BPMN, PNML and SVG. *Mô hình quy trình.*"},
    {"name": "reports", "description": "What re-engineering saved. *Báo cáo thời gian tiết kiệm.*"},
    {"name": "operation", "description": "Status, health, metrics, kinds of problems. *Vận hành.*"},
]


def create_app(service: Service) -> FastAPI:
    """Return the application that serves `service`: it starts it on startup, and closes it on shutdown."""
    settings = service.settings
    app = FastAPI(
        title=health.NAME,
        summary="Event-driven process mining of administrative procedures.",
        version=version("tinhgon"),
        description=_DESCRIPTION,
        license_info={"name": health.LICENSE, "identifier": health.LICENSE},
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan_of(service),
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={
            ProblemError: on_problem,
            MiningError: on_mining_error,
            duckdb.FatalException: on_store_error,
            duckdb.ConnectionException: on_store_error,
            RequestValidationError: on_invalid,
            HTTPException: on_http_error,
        },
    )
    app.state.service = service
    app.state.metrics = Metrics(service)
    app.state.desk = Desk(service.findings)
    app.state.what_if = Runs(service.findings)
    app.state.intake = anyio.CapacityLimiter(_INTAKES)
    hosts = Hosts.of([settings.host, *(settings.allowed_hosts or "").split(",")])
    app.add_middleware(Edge, observe=app.state.metrics.observe, hosts=hosts)
    for module in _ROUTES:
        app.include_router(module.router)
    app.openapi = described(app, settings.source_url)  # type: ignore[method-assign]  # the way that FastAPI documents
    return app


def _lifespan_of(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(service.start)
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(app.state.what_if.close)
            await anyio.to_thread.run_sync(service.close)

    return lifespan
