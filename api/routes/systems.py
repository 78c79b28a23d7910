"""Two systems for one piece of work: shares, double entry, the end of a system, and the copies behind a figure."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.compliance import system_answers
from api.compliance.asked import LookedAt
from api.compliance.system_questions import AfterEnd, Copies, Systems, What
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE, ProblemError
from api.routes.looked_at import TABLES, Chosen, ChosenPage, Unit
from api.routes.serving import problems, serve, this_minute
from api.routes.slices import MOST
from mining.two_systems import Every

router = APIRouter(tags=["compliance"])


async def ending(
    switch_off: Annotated[
        str | None,
        Query(
            max_length=MOST,
            description="The end of a system to look at: its name and the first day on which it is not to be used.",
            examples=["old-portal@2024-09-30"],
        ),
    ] = None,
) -> tuple[str, date] | None:
    """Return the system and the day of its end that a request names."""
    if switch_off is None:
        return None
    system, _, day = switch_off.rpartition("@")
    try:
        end = date.fromisoformat(day)
    except ValueError:
        system = ""
    if not system:
        what = f"{switch_off[:40]!r} is no end of a system; write its name and the day: old-portal@2024-09-30"
        raise ProblemError(INVALID_REQUEST, what=f"switch_off (query): {what}")
    return system, end


End = Annotated[tuple[str, date] | None, Depends(ending)]


@router.get(
    "/v1/systems",
    response_model=system_answers.Systems,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def systems(
    request: Request,
    asked: Chosen,
    page: ChosenPage,
    end: End,
    every: Annotated[Every, Query(description="Shares per month or per week.")] = "month",
    table: Annotated[What, Query(description="What `format` gives a table of.")] = "double_entry",
) -> Response:
    """Show what each system sends and what is typed twice. (Hai hệ thống song song: tỷ trọng, nhập liệu hai lần.)"""
    return await serve(request, Systems(asked, every, end, table, page), slow=True)


@router.get(
    "/v1/systems/dossiers",
    response_model=system_answers.CopyPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def system_dossiers(request: Request, asked: Chosen, page: ChosenPage, unit: Unit = None) -> Response:
    """List the steps that were typed twice, with their dossiers. (Các bước nhập hai lần, từng hồ sơ.)"""
    return await serve(request, Copies(asked, unit, page), slow=True)


@router.get(
    "/v1/systems/switch-off/dossiers",
    response_model=system_answers.AfterEndPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def switch_off_dossiers(
    request: Request, asked: Chosen, page: ChosenPage, end: End, unit: Unit = None
) -> Response:
    """List the dossiers of which events came after the end of a system. (Hồ sơ còn xử lý trên hệ thống cũ.)"""
    if end is None:
        raise ProblemError(INVALID_REQUEST, what="switch_off (query): name a system and a day: old-portal@2024-09-30")
    looked_at = LookedAt(asked.chosen, asked.as_of or this_minute())
    return await serve(request, AfterEnd(looked_at, end, unit, page), slow=True)
