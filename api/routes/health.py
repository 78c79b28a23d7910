"""What the service is and how it is: for people, for orchestrators and for Prometheus."""

from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from api import status_answers
from api.metrics.registry import Metrics
from api.problems import NOT_READY, ProblemError
from api.routes.serving import problems, service_of
from api.source import archive
from ingest.resume import AlarmKind

router = APIRouter(tags=["operation"])
_PLAIN = "text/plain"
_GZIP = "application/gzip"
NAME = "Tinh Gọn"
LICENSE = "AGPL-3.0-or-later"


@router.get("/v1/status", response_model=status_answers.Status)
def status(request: Request) -> status_answers.Status:
    """Show how many events are stored and mined, and how the intake is. (Tình trạng dịch vụ.)"""
    now = service_of(request).status()
    numbers, alarm = now.numbers, now.numbers.last_alarm
    return status_answers.Status(
        version=version("tinhgon"),
        ready=not now.not_ready,
        not_ready=list(now.not_ready),
        events=now.events,
        mined_events=now.mined_events,
        rejected=numbers.rejected,
        duplicates=numbers.duplicates,
        ingest=status_answers.Ingest(
            state=now.ingest.state.value,
            reason=now.ingest.reason,
            since=now.ingest.since,
            lag=sum(numbers.lag.values()),
        ),
        mining=status_answers.Mining.model_validate(now.mining),
        conformance=status_answers.Comparing.model_validate(now.comparer),
        alarms={kind.value: numbers.alarms.get(kind.value, 0) for kind in AlarmKind},
        last_alarm=f"{alarm.kind}: {alarm.detail}" if alarm else None,
    )


@router.get("/v1/about")
async def about(request: Request) -> status_answers.About:
    """Say what runs, and where its source code is. (Phiên bản, giấy phép và mã nguồn.)"""
    source = service_of(request).settings.source_url
    return status_answers.About(name=NAME, version=version("tinhgon"), license=LICENSE, source=source)


@router.get("/v1/source", response_class=Response, responses={200: {"content": {_GZIP: {"example": "a file .tar.gz"}}}})
def source() -> Response:
    """Return the source code of what runs, as a .tar.gz. (Mã nguồn của dịch vụ.)"""
    headers = {"Content-Disposition": f'attachment; filename="tinhgon-{version("tinhgon")}.tar.gz"'}
    return Response(archive(), media_type=_GZIP, headers=headers)


@router.get("/healthz")
async def healthz() -> status_answers.Alive:
    """Say that the process answers; looks at nothing else. (Dịch vụ còn chạy.)"""
    return status_answers.Alive()


@router.get("/readyz", responses=problems(NOT_READY))
async def readyz(request: Request) -> status_answers.Alive:
    """Say whether events are taken in and findings can be read, or why not. (Dịch vụ đã sẵn sàng.)"""
    reasons = list(service_of(request).status().not_ready)
    if reasons:
        raise ProblemError(NOT_READY, members={"reasons": reasons}, reasons="; ".join(reasons))
    return status_answers.Alive()


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {_PLAIN: {"example": "tinhgon_ready 1.0\n"}}}},
)
def metrics(request: Request) -> Response:
    """Return the metrics for Prometheus; docs/metrics.md explains each. (Chỉ số cho Prometheus.)"""
    collected: Metrics = request.app.state.metrics
    content, content_type = collected.exposition(request.headers.get("accept", ""))
    return Response(content, headers={"Content-Type": content_type})
