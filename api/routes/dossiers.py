"""A single dossier: what happened to it, when and where; never by whom."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator

from api import answers
from api.edge import written
from api.problems import UNKNOWN_DOSSIER
from api.questions import Dossier
from api.routes.serving import problems, serve, service_of, this_minute

router = APIRouter(tags=["findings"])


@router.get("/v1/dossiers/{id:path}", response_model=answers.Dossier, responses=problems(UNKNOWN_DOSSIER))
async def dossier(
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
    """Show a dossier, its steps in the order of its path, and its legal clock. (Một hồ sơ, các bước, đồng hồ.)"""
    return await serve(request, Dossier(pseudonyms_of(request, id_), this_minute()))


def pseudonyms_of(request: Request, given: str) -> tuple[UUID, ...]:
    """Return what a dossier may be called in the store: it was named by its own code, or by its pseudonym."""
    own_code = UUID(service_of(request).store.pseudonyms.of("dossier", given))
    pseudonym = _pseudonym(given)
    return (pseudonym, own_code) if pseudonym else (own_code,)


def _pseudonym(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
