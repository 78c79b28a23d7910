"""The parameters that routes about rules, integrity and two systems share: which dossiers, up to when, which page."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.compliance.asked import LookedAt, Page
from api.pages import number_of
from api.problems import INVALID_REQUEST, ProblemError
from api.routes.procedures import Cursor, Limit
from api.routes.serving import this_minute
from api.routes.slices import MOST, Moment
from api.tables import MEDIA_TYPES, TableFormat
from mining.slice import Slice, SliceError
from mining.working_time.calendar import END_DAY, FIRST_DAY

TABLES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"example": "..."} for media_type in MEDIA_TYPES.values()}}
}
Unit = Annotated[
    str | None, Query(max_length=MOST, description="Of this unit; empty: of which no unit is named; default: all.")
]


def covered(as_of: datetime) -> datetime:
    """Return an instant in UTC of which office hours are known; any other is a ProblemError."""
    if not FIRST_DAY < as_of.date() < END_DAY:
        what = f"as_of (query): office hours are known from {FIRST_DAY:%Y} to {END_DAY.year - 1}; give such an instant"
        raise ProblemError(INVALID_REQUEST, what=what)
    return as_of.astimezone(UTC)


async def looked_at(
    procedure: Annotated[str | None, Query(max_length=MOST, description="Dossiers of this procedure.")] = None,
    channel: Annotated[
        str | None, Query(max_length=MOST, description="Dossiers of this channel, as the events name it.")
    ] = None,
    received_from: Annotated[
        Moment | None,
        Query(alias="from", description="Dossiers received at or after this instant; a date begins in Vietnam."),
    ] = None,
    received_to: Annotated[
        Moment | None,
        Query(alias="to", description="Dossiers received before this instant; a date begins in Vietnam."),
    ] = None,
    as_of: Annotated[Moment | None, Query(description="By the events before this instant; default: now.")] = None,
) -> LookedAt:
    """Return which dossiers the parameters of a request choose, and up to when."""
    try:
        chosen = Slice(
            procedure=procedure or None, channel=channel or None, received_from=received_from, received_to=received_to
        )
    except SliceError as error:
        what = str(error).replace("received_", "")  # the parameters are called `from` and `to`
        raise ProblemError(INVALID_REQUEST, what=what) from error
    if as_of is None:
        return LookedAt(chosen, None, this_minute().replace(minute=0))
    return LookedAt(chosen, covered(as_of))


async def page(
    limit: Limit = 100,
    cursor: Cursor = None,
    form: Annotated[
        Literal["csv", "xlsx", "parquet"] | None,
        Query(alias="format", description="All rows as a table instead of a page of JSON."),
    ] = None,
) -> Page:
    """Return the page that the parameters of a request choose."""
    return Page(number_of(cursor) if cursor else 0, limit, TableFormat(form) if form else None)


Chosen = Annotated[LookedAt, Depends(looked_at)]
ChosenPage = Annotated[Page, Depends(page)]
