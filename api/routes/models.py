"""The model of a procedure, discovered from how its dossiers travel: BPMN, Petri net (PNML), picture."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.problems import FINDING_UNAVAILABLE, INVALID_REQUEST, NO_MODEL, UNKNOWN_PROCEDURE, language_of
from api.questions import SVG, XML, ModelFile, ModelPicture
from api.routes.procedures import ChosenSlice
from api.routes.serving import problems, serve

router = APIRouter(tags=["models"])

Noise = Annotated[
    float,
    Query(ge=0, le=1, allow_inf_nan=False, description="How much rare behaviour is left out: 0 keeps all, 1 most."),
]
DEFAULT_NOISE = 0.2
_PROBLEMS = problems(UNKNOWN_PROCEDURE, NO_MODEL, INVALID_REQUEST, FINDING_UNAVAILABLE)
_BPMN = '<?xml version="1.0"?><bpmn:definitions>...</bpmn:definitions>'
_PNML = '<?xml version="1.0"?><pnml>...</pnml>'


@router.get(
    "/v1/procedures/{code:path}/model.bpmn",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _BPMN}}}, **_PROBLEMS},
)
async def model_bpmn(request: Request, chosen: ChosenSlice, noise: Noise = DEFAULT_NOISE) -> Response:
    """Return the discovered model as BPMN 2.0. (Mô hình BPMN.)"""
    return await serve(request, ModelFile(chosen, noise, "bpmn"), slow=True)


@router.get(
    "/v1/procedures/{code:path}/model.pnml",
    response_class=Response,
    responses={200: {"content": {XML: {"example": _PNML}}}, **_PROBLEMS},
)
async def model_pnml(request: Request, chosen: ChosenSlice, noise: Noise = DEFAULT_NOISE) -> Response:
    """Return the discovered model as a Petri net. (Mạng Petri.)"""
    return await serve(request, ModelFile(chosen, noise, "pnml"), slow=True)


@router.get(
    "/v1/procedures/{code:path}/model.svg",
    response_class=Response,
    responses={200: {"content": {SVG: {"example": "<svg>...</svg>"}}}, **_PROBLEMS},
)
async def model_svg(request: Request, chosen: ChosenSlice, noise: Noise = DEFAULT_NOISE) -> Response:
    """Return a picture of the discovered model. (Hình vẽ mô hình.)"""
    return await serve(request, ModelPicture(chosen, noise, language_of(request)), slow=True)
