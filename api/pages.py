"""Pages of long lists: the cursor that leads to the next page, opaque to whoever follows it."""

import base64
import binascii
from typing import Annotated, TypeVar

import msgspec

from api.problems import INVALID_REQUEST, ProblemError

T = TypeVar("T")

FARTHEST = 2**62
_number: msgspec.json.Decoder[int] = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=0, le=FARTHEST)])
_name = msgspec.json.Decoder(str)


def cursor_of(place: str | int) -> str:
    """Return the cursor of a page that goes on after `place`, fit for a query string."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def name_of(cursor: str) -> str:
    """Return the name that a cursor stands for; a cursor that no list of names gave is a ProblemError."""
    return _read(cursor, _name)


def number_of(cursor: str) -> int:
    """Return the number (0 to FARTHEST) that a cursor stands for; any other cursor is a ProblemError."""
    return _read(cursor, _number)


def _read(cursor: str, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return decoder.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, msgspec.MsgspecError):
        raise ProblemError(
            INVALID_REQUEST, what="cursor (query): not a cursor of this list; use `next` of the page before"
        ) from None
