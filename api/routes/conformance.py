"""What happens against what was approved: the city, a procedure, the dossiers behind a figure, one dossier."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AfterValidator

from api.conformance import answers
from api.conformance.mapping_questions import CSV, MappingDraft, StepMapping
from api.conformance.questions import CityConformance, DeviatingDossiers, OneDossier, ProcedureConformance, Table
from api.conformance.shaping import By
from api.edge import written
from api.problems import INVALID_REQUEST, NOT_COMPARED, UNKNOWN_DOSSIER, UNKNOWN_PROCEDURE
from api.routes.dossiers import pseudonyms_of
from api.routes.looked_at import TABLES, ChosenPage
from api.routes.procedures import ChosenSlice
from api.routes.serving import problems, serve
from api.routes.slices import MOST, Code, chosen_city_slice
from mining.conformance.findings import DeviationQuery
from mining.slice import Slice

router = APIRouter(tags=["compliance"])
_PROBLEMS = problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)

KindName = Literal["skipped", "extra", "swapped", "repeated", "wrong_unit", "wrong_role", "over_time"]
CitySlice = Annotated[Slice, Depends(chosen_city_slice)]


async def deviation_query(
    kind: Annotated[KindName, Query(description="Of this kind of deviation.")],
    process: Annotated[
        str | None, Query(max_length=MOST, description="From this approved process, by its key.")
    ] = None,
    number: Annotated[str | None, Query(max_length=MOST, description="From the approved step of this number.")] = None,
    activity: Annotated[str | None, Query(max_length=MOST, description="By this activity.")] = None,
    done_by_unit: Annotated[str | None, Query(max_length=MOST, description="Done by this unit.")] = None,
    done_by_role: Annotated[str | None, Query(max_length=MOST, description="Done in this role.")] = None,
) -> DeviationQuery:
    """Return which deviations the parameters of a request choose."""
    return DeviationQuery(kind, process, number, activity, done_by_unit, done_by_role)


Deviations = Annotated[DeviationQuery, Depends(deviation_query)]


@router.get("/v1/conformance", response_model=answers.CityConformance, responses={**TABLES, **_PROBLEMS})
async def city_conformance(
    request: Request,
    chosen: CitySlice,
    page: ChosenPage,
    by: Annotated[By, Query(description="Who is ranked: procedures, or units.")] = "procedure",
) -> Response:
    """Show who keeps to the approved processes, and who deviates most. (Mức độ tuân thủ quy trình toàn thành phố.)

    A deviation is a reason to ask, not a verdict.
    """
    return await serve(request, CityConformance(chosen, by, page), slow=True)


@router.get("/v1/conformance/dossiers", response_model=answers.DeviatingPage, responses={**TABLES, **_PROBLEMS})
async def city_conformance_dossiers(
    request: Request, chosen: CitySlice, query: Deviations, page: ChosenPage
) -> Response:
    """List the dossiers of the city that deviate in a way. (Hồ sơ có một loại sai lệch, toàn thành phố.)"""
    return await serve(request, DeviatingDossiers(chosen, query, page), slow=True)


@router.get(
    "/v1/procedures/{code:path}/conformance",
    response_model=answers.ProcedureConformance,
    responses={**TABLES, **_PROBLEMS},
)
async def procedure_conformance(
    request: Request,
    chosen: ChosenSlice,
    page: ChosenPage,
    table: Annotated[Table, Query(description="What `format` gives a table of.")] = "deviations",
) -> Response:
    """Show what deviates from the approved process, and where. (Đối chiếu một thủ tục với quy trình được duyệt.)

    A deviation is a reason to ask, not a verdict.
    """
    return await serve(request, ProcedureConformance(chosen, table, page), slow=True)


@router.get(
    "/v1/procedures/{code:path}/conformance/dossiers",
    response_model=answers.DeviatingPage,
    responses={**TABLES, **_PROBLEMS},
)
async def conformance_dossiers(request: Request, chosen: ChosenSlice, query: Deviations, page: ChosenPage) -> Response:
    """List the dossiers behind a deviation, those with the most hours first. (Hồ sơ của một sai lệch.)"""
    return await serve(request, DeviatingDossiers(chosen, query, page), slow=True)


@router.get(
    "/v1/procedures/{code:path}/step-mapping", response_model=answers.StepMapping, responses={**TABLES, **_PROBLEMS}
)
async def step_mapping(request: Request, code: Code, page: ChosenPage) -> Response:
    """Show which activity is which approved step, and what is suggested. (Hoạt động ứng với bước nào, gợi ý.)

    Suggestions are for a person to decide; they are never used by themselves.
    """
    return await serve(request, StepMapping(code, page))


@router.get(
    "/v1/procedures/{code:path}/step-mapping/draft",
    response_class=Response,
    responses={200: {"content": {CSV: {"example": "activity,step,procedure\n"}}}, **_PROBLEMS},
)
async def step_mapping_draft(request: Request, code: Code) -> Response:
    """Return a table to complete by hand, with suggestions as remarks. (Bảng ánh xạ bước để điền tay.)

    Completed, it is what `TINHGON_STEP_MAPPING` names.
    """
    return await serve(request, MappingDraft(code))


@router.get(
    "/v1/dossiers/{id:path}/conformance",
    response_model=answers.DossierConformance,
    responses=problems(UNKNOWN_DOSSIER, NOT_COMPARED),
)
async def dossier_conformance(
    request: Request,
    id_: Annotated[
        str,
        Path(
            alias="id",
            description="The dossier's own code, or its pseudonym.",
            examples=["000.00.53.H48-220921-0099"],
        ),
        AfterValidator(written),
    ],
) -> Response:
    """Show how one dossier compares, move by move. (Đối chiếu một hồ sơ với quy trình, từng bước.)"""
    known: tuple[UUID, ...] = pseudonyms_of(request, id_)
    return await serve(request, OneDossier(known))
