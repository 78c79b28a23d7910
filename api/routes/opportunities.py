"""What could be changed, how many hours that would save, and the dossiers behind."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.improvement import answers
from api.improvement.kept import Part
from api.improvement.opportunity_questions import OneOpportunity, OpportunityDossiers, OpportunityList
from api.problems import INVALID_REQUEST, UNKNOWN_OPPORTUNITY, UNKNOWN_PROCEDURE, ProblemError
from api.routes.looked_at import TABLES, ChosenPage
from api.routes.parts import CityPart, ProcedurePart, Spoken
from api.routes.serving import problems, serve
from mining.opportunities.ranking import DETECTORS

router = APIRouter(tags=["improvement"])

Kinds = Annotated[
    list[str] | None,
    Query(
        alias="kind",
        description=f"{', '.join(DETECTORS)}; several times or with commas; default: all but `limit`.",
    ),
]
Id = Annotated[str, Path(max_length=100, description="`id` of the opportunity.", examples=["contention-1f0c3a9be2d4"])]


@router.get(
    "/v1/opportunities",
    response_model=answers.OpportunityPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def opportunities(
    request: Request, part: CityPart, page: ChosenPage, language: Spoken, kind: Kinds = None
) -> Response:
    """Rank what could be changed by the hours a year it would save. (Cơ hội cải tiến, theo số giờ tiết kiệm.)"""
    return await serve(request, OpportunityList(part, _kinds(kind), page, language), slow=True)


@router.get(
    "/v1/opportunities/{opportunity_id}",
    response_model=answers.OpportunityFound,
    responses=problems(UNKNOWN_OPPORTUNITY, INVALID_REQUEST),
)
async def opportunity(request: Request, opportunity_id: Id) -> Response:
    """Show an opportunity with its evidence. (Một cơ hội cải tiến, kèm bằng chứng.)"""
    return await serve(request, OneOpportunity(Part(), opportunity_id), slow=True)


@router.get(
    "/v1/opportunities/{opportunity_id}/dossiers",
    response_model=answers.HoursPage,
    responses={**TABLES, **problems(UNKNOWN_OPPORTUNITY, UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def opportunity_dossiers(
    request: Request, opportunity_id: Id, part: CityPart, page: ChosenPage, language: Spoken
) -> Response:
    """List the dossiers behind an opportunity, with the hours that each would save. (Hồ sơ của một cơ hội.)"""
    return await serve(request, OpportunityDossiers(part, opportunity_id, page, language), slow=True)


@router.get(
    "/v1/procedures/{code:path}/opportunities",
    response_model=answers.OpportunityPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def procedure_opportunities(
    request: Request, part: ProcedurePart, page: ChosenPage, language: Spoken, kind: Kinds = None
) -> Response:
    """Rank what could be changed in a procedure. (Cơ hội cải tiến của một thủ tục.)"""
    return await serve(request, OpportunityList(part, _kinds(kind), page, language), slow=True)


def _kinds(given: list[str] | None) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(name.strip() for one in given or () for name in one.split(",")))
    for kind in kinds:
        if kind not in DETECTORS:
            what = f"kind (query): {kind[:40]!r} is none of {', '.join(DETECTORS)}"
            raise ProblemError(INVALID_REQUEST, what=what)
    return kinds
