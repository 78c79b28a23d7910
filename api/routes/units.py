"""Units compared at the same procedures, and the dossiers behind."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AfterValidator

from api.edge import written
from api.improvement import answers
from api.improvement.kept import Part
from api.improvement.unit_questions import OneUnit, UnitDossiers, UnitsOf
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, UNKNOWN_UNIT
from api.routes.looked_at import TABLES, ChosenPage
from api.routes.parts import Spoken
from api.routes.serving import problems, serve
from api.routes.slices import (
    MOST,
    CaseVariant,
    Channel,
    Code,
    ProcessVersion,
    ReceivedFrom,
    ReceivedTo,
    chosen_city_slice,
)
from mining.units_compared.comparison import UnitsQuestion
from mining.units_compared.dossiers import Measure

router = APIRouter(tags=["improvement"])

UnitCode = Annotated[
    str,
    Path(description="The unit as events name it, percent-encoded (a slash in it as %2F).", examples=["H29.26"]),
    AfterValidator(written),
]
Wanted = Annotated[
    Measure,
    Query(description="Hands-on `work`; `own`: also idle waits, fewer the longer the queues; `agency`: all hours."),
]
LeastDossiers = Annotated[int, Query(ge=1, le=100_000, description="Units with fewer of a procedure are left out.")]


async def comparable(
    case_variant: CaseVariant = None,
    process_version: ProcessVersion = None,
    channel: Channel = None,
    received_from: ReceivedFrom = None,
    received_to: ReceivedTo = None,
) -> Part:
    """Return the dossiers by which units are compared; never those of one procedure or unit alone."""
    chosen = await chosen_city_slice(
        case_variant=case_variant,
        process_version=process_version,
        channel=channel,
        received_from=received_from,
        received_to=received_to,
    )
    return Part(chosen)


async def comparison(measure: Wanted = "work", least_dossiers: LeastDossiers = 5) -> UnitsQuestion:
    """Return how units are compared."""
    return UnitsQuestion(measure=measure, least_dossiers=least_dossiers)


Comparable = Annotated[Part, Depends(comparable)]
Comparison = Annotated[UnitsQuestion, Depends(comparison)]


@router.get(
    "/v1/procedures/{code:path}/units",
    response_model=answers.UnitPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def procedure_units(
    request: Request, code: Code, part: Comparable, asked: Comparison, page: ChosenPage, language: Spoken
) -> Response:
    """Compare the units that handle a procedure, chance allowed for. (So sánh các đơn vị ở một thủ tục.)"""
    return await serve(request, UnitsOf(part, asked, page, language, code), slow=True)


@router.get(
    "/v1/units/{code:path}/dossiers",
    response_model=answers.HoursPage,
    responses={**TABLES, **problems(UNKNOWN_UNIT, UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def unit_dossiers(
    request: Request,
    code: UnitCode,
    part: Comparable,
    page: ChosenPage,
    language: Spoken,
    procedure: Annotated[str, Query(min_length=1, max_length=MOST, description="Of this procedure.")],
    measure: Wanted = "work",
) -> Response:
    """List the finished dossiers behind a unit at a procedure. (Hồ sơ đã giải quyết của một đơn vị.)"""
    return await serve(request, UnitDossiers(part, code, (procedure, measure), page, language), slow=True)


@router.get(
    "/v1/units/{code:path}",
    response_model=answers.UnitPage,
    responses={**TABLES, **problems(UNKNOWN_UNIT, INVALID_REQUEST)},
)
async def unit(
    request: Request, code: UnitCode, part: Comparable, asked: Comparison, page: ChosenPage, language: Spoken
) -> Response:
    """Compare a unit with the others at all its procedures. (Một đơn vị so với các đơn vị khác.)"""
    return await serve(request, OneUnit(part, asked, page, language, code), slow=True)
