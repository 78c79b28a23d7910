"""Where hours are lost, at any grain, who hands over to whom, and how long the queues were."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.improvement import answers
from api.improvement.bottleneck_questions import (
    Between,
    BottleneckDossiers,
    BottleneckList,
    HandOvers,
    Workload,
)
from api.improvement.names import NAMES, columns_of
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE
from api.routes.looked_at import TABLES, ChosenPage
from api.routes.parts import By, CityPart, Every, ProcedurePart, Spoken, named
from api.routes.serving import problems, serve
from api.routes.slices import MOST

router = APIRouter(tags=["improvement"])
_PROBLEMS = {**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)}


def _of(what: str) -> Any:
    return Query(max_length=MOST, description=f"{what}, as in the key of a bottleneck; empty: where none is named.")


@router.get("/v1/bottlenecks", response_model=answers.BottleneckPage, responses=_PROBLEMS)
async def bottlenecks(request: Request, part: CityPart, page: ChosenPage, language: Spoken, by: By = None) -> Response:
    """Rank where working hours are lost, with causes and trend. (Điểm nghẽn: giờ làm việc bị mất ở đâu.)"""
    return await serve(request, BottleneckList(part, _columns(by, ("step",)), page, language), slow=True)


@router.get("/v1/bottlenecks/dossiers", response_model=answers.HoursPage, responses=_PROBLEMS)
async def bottleneck_dossiers(
    request: Request,
    part: CityPart,
    page: ChosenPage,
    language: Spoken,
    source_unit: Annotated[str | None, _of("Unit of the step that enabled")] = None,
    source_activity: Annotated[str | None, _of("Activity of the step that enabled")] = None,
    source_role: Annotated[str | None, _of("Role of the step that enabled")] = None,
    target_unit: Annotated[str | None, _of("Unit of the step that waited")] = None,
    target_activity: Annotated[str | None, _of("Activity of the step that waited")] = None,
    target_role: Annotated[str | None, _of("Role of the step that waited")] = None,
    hour: Annotated[str | None, Query(pattern=r"^[1-7]-[a-z]{3}-\d\d$", description="Hour of the week.")] = None,
) -> Response:
    """List the dossiers behind a bottleneck with the hours that each lost. (Hồ sơ của một điểm nghẽn.)"""
    given = {
        "source_unit": source_unit,
        "source_activity": source_activity,
        "source_role": source_role,
        "target_unit": target_unit,
        "target_activity": target_activity,
        "target_role": target_role,
        "hour": hour,
    }
    key = tuple((name, value or None) for name, value in given.items() if value is not None)
    return await serve(request, BottleneckDossiers(part, key, page, language), slow=True)


@router.get("/v1/bottlenecks/workload", response_model=answers.WorkloadPage, responses=_PROBLEMS)
async def workload(
    request: Request, part: CityPart, page: ChosenPage, language: Spoken, by: By = None, every: Every = "week"
) -> Response:
    """Show arrivals against completions, and the queue, over time. (Khối lượng công việc và hàng chờ.)"""
    columns = tuple(name for name in _columns(by, ("officer_role",)) if name != "hour")
    return await serve(request, Workload(part, columns, every, page, language), slow=True)


@router.get("/v1/bottlenecks/hand-overs", response_model=answers.HandOverPage, responses=_PROBLEMS)
async def hand_overs(
    request: Request,
    part: CityPart,
    page: ChosenPage,
    language: Spoken,
    between: Annotated[Between, Query(description="Roles or units; officers are not shown.")] = "role",
) -> Response:
    """Show who hands work over to whom, and how long it then waits. (Mạng chuyển giao.)"""
    return await serve(request, HandOvers(part, between, page, language), slow=True)


@router.get("/v1/procedures/{code:path}/bottlenecks", response_model=answers.BottleneckPage, responses=_PROBLEMS)
async def procedure_bottlenecks(
    request: Request, part: ProcedurePart, page: ChosenPage, language: Spoken, by: By = None
) -> Response:
    """Rank where the dossiers of a procedure lose working hours. (Điểm nghẽn của một thủ tục.)"""
    return await serve(request, BottleneckList(part, _columns(by, ("step",)), page, language), slow=True)


def _columns(by: list[str] | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return columns_of(named(by, NAMES, otherwise))
