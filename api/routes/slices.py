"""The parameters that choose a procedure and a slice of its dossiers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from api.edge import written
from api.examples import CODE
from api.problems import INVALID_REQUEST, ProblemError
from mining.slice import Slice, SliceError

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+ -]\d{2}:\d{2})")
_YEARS = range(1900, 2201)


def moment(text: object) -> datetime:
    """Read an instant of a query (RFC 3339 with an offset, or a date: its first moment in Vietnam) as UTC."""
    given = str(text)
    if not (_DATE.fullmatch(given) or _INSTANT.fullmatch(given)):
        raise ValueError(f"{given[:40]!r} is neither a date (2025-01-31) nor an instant (2025-01-31T08:00:00+07:00)")
    # A + that nobody encoded arrives as a space.
    found = datetime.fromisoformat(given.upper().replace(" ", "+"))
    if found.year not in _YEARS:
        raise ValueError(f"the year {found.year} is out of range; use {_YEARS[0]} to {_YEARS[-1]}")
    return (found if found.tzinfo else found.replace(tzinfo=_HERE)).astimezone(UTC)


Code = Annotated[
    str,
    Path(description="Code of the procedure, percent-encoded (a slash in it as %2F).", examples=[CODE]),
    AfterValidator(written),
]
MOST = 512
Moment = Annotated[
    datetime,
    BeforeValidator(moment),
    WithJsonSchema({"type": "string", "examples": ["2025-01-31", "2025-01-31T08:00:00+07:00"]}),
]


CaseVariant = Annotated[str | None, Query(max_length=MOST, description="Case variant (trường hợp).")]
ProcessVersion = Annotated[
    str | None, Query(max_length=MOST, description="Version of the approved process (phiên bản quy trình).")
]
Channel = Annotated[
    str | None, Query(max_length=MOST, description="Channel of intake (kênh tiếp nhận), as the events name it.")
]
Unit = Annotated[str | None, Query(max_length=MOST, description="The first unit that an event names (đơn vị).")]
ReceivedFrom = Annotated[
    Moment | None,
    Query(alias="from", description="Dossiers received at or after this instant; a date begins in Vietnam."),
]
ReceivedTo = Annotated[
    Moment | None,
    Query(alias="to", description="Dossiers received before this instant; a date begins in Vietnam."),
]


async def chosen_slice(
    code: Code,
    case_variant: CaseVariant = None,
    process_version: ProcessVersion = None,
    channel: Channel = None,
    unit: Unit = None,
    received_from: ReceivedFrom = None,
    received_to: ReceivedTo = None,
) -> Slice:
    """Return the slice of a procedure that the parameters of a request choose."""
    with _said():
        return Slice(code, case_variant, process_version, channel, unit, received_from, received_to)


async def chosen_city_slice(
    procedure: Annotated[str | None, Query(max_length=MOST, description="Dossiers of this procedure.")] = None,
    case_variant: CaseVariant = None,
    process_version: ProcessVersion = None,
    channel: Channel = None,
    unit: Unit = None,
    received_from: ReceivedFrom = None,
    received_to: ReceivedTo = None,
) -> Slice:
    """Return the slice of the whole city that the parameters of a request choose."""
    with _said():
        return Slice(procedure, case_variant, process_version, channel, unit, received_from, received_to)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except SliceError as error:
        what = str(error).replace("received_", "")  # the parameters are called `from` and `to`
        raise ProblemError(INVALID_REQUEST, what=what) from error
