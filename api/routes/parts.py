"""The parameters that routes on bottlenecks, units and opportunities share."""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from api.improvement.kept import Part
from api.problems import INVALID_REQUEST, ProblemError, language_of
from api.routes.slices import MOST, chosen_city_slice, chosen_slice
from api.settings import Language
from mining.slice import Slice

Field = Annotated[str | None, Query(max_length=MOST, description="Procedures of this field (lĩnh vực).")]
By = Annotated[list[str] | None, Query(description="Groups; several times or with commas.")]
Every = Annotated[Literal["day", "week"], Query(description="Weeks begin on Monday, in Vietnam.")]


async def city_part(chosen: Annotated[Slice, Depends(chosen_city_slice)], field: Field = None) -> Part:
    """Return the dossiers of the whole city that the parameters of a request choose."""
    return Part(chosen, field or None)


async def procedure_part(chosen: Annotated[Slice, Depends(chosen_slice)]) -> Part:
    """Return the dossiers of a procedure that the parameters of a request choose."""
    return Part(chosen)


async def spoken(request: Request) -> Language:
    """Return the language that a request prefers."""
    return Language(language_of(request))


CityPart = Annotated[Part, Depends(city_part)]
ProcedurePart = Annotated[Part, Depends(procedure_part)]
Spoken = Annotated[Language, Depends(spoken)]


def named(given: Sequence[str] | None, known: Collection[str], otherwise: Sequence[str]) -> tuple[str, ...]:
    """Return the names that a parameter lists; one that is not known is a ProblemError."""
    names = [name.strip() for one in given or () for name in one.split(",")] or list(otherwise)
    for name in names:
        if name not in known:
            what = f"by (query): {name[:40]!r} is none of {', '.join(known)}; officers are not shown"
            raise ProblemError(INVALID_REQUEST, what=what)
    return tuple(dict.fromkeys(names))
