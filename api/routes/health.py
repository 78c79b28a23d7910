"""How the service is: for people, for orchestrators and for Prometheus."""

from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from api import answers
from api.metrics import Metrics
from api.problems import NOT_READY, ProblemError
from api.routes.serving import problems, service_of
from ingest.resume import AlarmKind

router = APIRouter(tags=["operation"])
_PLAIN = "text/plain"


@router.get("/v1/status", response_model=answers.Status)
def status(request: Request) -> answers.Status:
    """Show how many events are stored and mined, and how the intake is. (Tình trạng dịch vụ.)"""
    now = service_of(request).status()
    numbers, alarm = now.numbers, now.numbers.last_alarm
    return answers.Status(
        version=version("tinhgon"),
        ready=not now.not_ready,
        not_ready=list(now.not_ready),
        events=now.events,
        mined_events=now.mined_events,
        rejected=numbers.rejected,
        duplicates=numbers.duplicates,
        ingest=answers.Ingest(
            state=now.ingest.state.value,
            reason=now.ingest.reason,
            since=now.ingest.since,
            lag=sum(numbers.lag.values()),
        ),
        mining=answers.Mining.model_validate(now.mining),
        alarms={kind.value: numbers.alarms.get(kind.value, 0) for kind in AlarmKind},
        last_alarm=f"{alarm.kind}: {alarm.detail}" if alarm else None,
    )


@router.get("/healthz")
async def healthz() -> answers.Alive:
    """Say that the process answers; looks at nothing else. (Dịch vụ còn chạy.)"""
    return answers.Alive()


@router.get("/readyz", responses=problems(NOT_READY))
async def readyz(request: Request) -> answers.Alive:
    """Say whether events are taken in and findings can be read, or why not. (Dịch vụ đã sẵn sàng.)"""
    reasons = list(service_of(request).status().not_ready)
    if reasons:
        raise ProblemError(NOT_READY, members={"reasons": reasons}, reasons="; ".join(reasons))
    return answers.Alive()


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
