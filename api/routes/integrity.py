"""Figures that may have been changed by hand: what is to be asked of units, and the dossiers behind it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator

from api.compliance import integrity_answers
from api.compliance.integrity_questions import Integrity, IntegrityDossiers
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE
from api.routes.looked_at import TABLES, Chosen, ChosenPage, Unit
from api.routes.serving import problems, serve
from mining.integrity.kinds import KIND

router = APIRouter(tags=["compliance"])


def _code(given: str) -> str:
    if given not in KIND:
        raise ValueError(f"the kind '{given}' is not known; choose from {', '.join(KIND)}")
    return given


KindCode = Annotated[str, AfterValidator(_code)]


@router.get(
    "/v1/integrity",
    response_model=integrity_answers.IntegrityPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def integrity(
    request: Request,
    asked: Chosen,
    page: ChosenPage,
    chosen: Annotated[
        list[KindCode] | None, Query(alias="kind", description="Only these kinds: several times; default: all.")
    ] = None,
    unit: Unit = None,
) -> Response:
    """Show what is to be asked of units, beside their on-time rates. (Dấu hiệu cần làm rõ theo đơn vị.)

    A finding is a question to ask, not a verdict.
    """
    kinds = tuple(code for code in KIND if not chosen or code in chosen)
    return await serve(request, Integrity(asked, kinds, unit, page), slow=True)


@router.get(
    "/v1/integrity/dossiers",
    response_model=integrity_answers.IntegrityDossierPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def integrity_dossiers(
    request: Request,
    asked: Chosen,
    page: ChosenPage,
    kind: Annotated[KindCode, Query(description="Of this kind.")],
    unit: Unit = None,
) -> Response:
    """List the dossiers behind what is to be asked. (Hồ sơ của một dấu hiệu cần làm rõ.)

    Of what can be chance, the dossiers of units without a finding are listed too.
    """
    return await serve(request, IntegrityDossiers(asked, kind, unit, page), slow=True)
