"""Approved processes as models, beside the discovered one, with what differs marked, and how good that one is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.conformance import answers
from api.conformance.model_questions import ApprovedFile, ApprovedForm, DiscoveredDifference, ModelQuality, Models
from api.problems import (
    FINDING_UNAVAILABLE,
    INVALID_REQUEST,
    NO_APPROVED_PROCESS,
    NO_MODEL,
    UNKNOWN_PROCEDURE,
    language_of,
)
from api.questions import SVG, XML
from api.routes.models import DEFAULT_NOISE, Noise
from api.routes.procedures import ChosenSlice
from api.routes.serving import problems, serve
from api.routes.slices import MOST

router = APIRouter(tags=["models"])

Process = Annotated[
    str | None,
    Query(max_length=MOST, description="Key of the approved process; default: that of most dossiers of the slice."),
]
_FOLDER = "/v1/procedures/{code:path}/models"
_BPMN = '<?xml version="1.0"?><bpmn:definitions>...</bpmn:definitions>'
_PNML = '<?xml version="1.0"?><pnml>...</pnml>'
_PICTURE = "<svg>...</svg>"
_PROBLEMS = problems(UNKNOWN_PROCEDURE, NO_APPROVED_PROCESS, INVALID_REQUEST)
_DISCOVERED = problems(UNKNOWN_PROCEDURE, NO_APPROVED_PROCESS, NO_MODEL, INVALID_REQUEST, FINDING_UNAVAILABLE)


@router.get(_FOLDER, response_model=answers.Models, responses=problems(UNKNOWN_PROCEDURE, INVALID_REQUEST))
async def models(request: Request, chosen: ChosenSlice) -> Response:
    """List the approved processes and the discovered model, with their files. (Các mô hình của một thủ tục.)"""
    return await serve(request, Models(chosen))


@router.get(
    _FOLDER + "/approved.bpmn",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _BPMN}}}, **_PROBLEMS},
)
async def approved_bpmn(request: Request, chosen: ChosenSlice, process: Process = None) -> Response:
    """Return an approved process as BPMN 2.0. (Quy trình được duyệt, BPMN.)"""
    return await _approved(request, chosen, process, "bpmn")


@router.get(
    _FOLDER + "/approved.pnml",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _PNML}}}, **_PROBLEMS},
)
async def approved_pnml(request: Request, chosen: ChosenSlice, process: Process = None) -> Response:
    """Return the Petri net that dossiers are compared with, rules included. (Mạng Petri dùng để đối chiếu.)"""
    return await _approved(request, chosen, process, "pnml")


@router.get(
    _FOLDER + "/approved.svg",
    response_class=Response,
    responses={200: {"content": {SVG: {"example": _PICTURE}}}, **_PROBLEMS},
)
async def approved_svg(request: Request, chosen: ChosenSlice, process: Process = None) -> Response:
    """Return a picture of an approved process. (Hình vẽ quy trình được duyệt.)"""
    return await _approved(request, chosen, process, "svg")


@router.get(
    _FOLDER + "/approved-difference.bpmn",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _BPMN}}}, **_PROBLEMS},
)
async def approved_difference_bpmn(request: Request, chosen: ChosenSlice, process: Process = None) -> Response:
    """Return an approved process with what differs marked, as BPMN 2.0 with colours. (BPMN có đánh dấu sai lệch.)"""
    return await _approved(request, chosen, process, "difference.bpmn")


@router.get(
    _FOLDER + "/approved-difference.svg",
    response_class=Response,
    responses={200: {"content": {SVG: {"example": _PICTURE}}}, **_PROBLEMS},
)
async def approved_difference_svg(request: Request, chosen: ChosenSlice, process: Process = None) -> Response:
    """Return a picture of an approved process with what differs marked. (Quy trình được duyệt, đánh dấu sai lệch.)"""
    return await _approved(request, chosen, process, "difference.svg")


@router.get(
    _FOLDER + "/discovered-difference.bpmn",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _BPMN}}}, **_DISCOVERED},
)
async def discovered_difference_bpmn(
    request: Request, chosen: ChosenSlice, process: Process = None, noise: Noise = DEFAULT_NOISE
) -> Response:
    """Return the discovered model with what differs marked, as BPMN. (Mô hình phát hiện, BPMN có đánh dấu.)"""
    return await serve(request, DiscoveredDifference(chosen, process, noise, "bpmn", language_of(request)), slow=True)


@router.get(
    _FOLDER + "/discovered-difference.svg",
    response_class=Response,
    responses={200: {"content": {SVG: {"example": _PICTURE}}}, **_DISCOVERED},
)
async def discovered_difference_svg(
    request: Request, chosen: ChosenSlice, process: Process = None, noise: Noise = DEFAULT_NOISE
) -> Response:
    """Return a picture of the discovered model with what differs marked. (Mô hình phát hiện, đánh dấu sai lệch.)"""
    return await serve(request, DiscoveredDifference(chosen, process, noise, "svg", language_of(request)), slow=True)


@router.get(
    _FOLDER + "/quality",
    response_model=answers.ModelQuality,
    responses=problems(UNKNOWN_PROCEDURE, NO_MODEL, INVALID_REQUEST, FINDING_UNAVAILABLE),
)
async def model_quality(request: Request, chosen: ChosenSlice, noise: Noise = DEFAULT_NOISE) -> Response:
    """Say how good the discovered model is: fitness, precision, simplicity. (Chất lượng mô hình phát hiện.)"""
    return await serve(request, ModelQuality(chosen, noise), slow=True)


async def _approved(request: Request, chosen: ChosenSlice, process: str | None, form: ApprovedForm) -> Response:
    return await serve(request, ApprovedFile(chosen, process, form, language_of(request)))
