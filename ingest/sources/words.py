"""Words with a fixed meaning in a file: the national status codes and yes or no."""

import re
from collections.abc import Callable
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ingest.sources.detect import plain

_STATUSES = (
    "moidangky",
    "duoctiepnhan",
    "khongduoctiepnhan",
    "dangxuly",
    "yeucaubosunggiayto",
    "yeucauthuchiennghiavutaichinh",
    "congdanruthoso",
    "dungxuly",
    "daxulyxong",
    "datraketqua",
)
"""The names of the national status codes 1 to 10, as `plain` makes them."""
_CODE = re.compile(r"(10|0?[1-9])(?:\.0)?", re.ASCII)
_DIGITS = {"1": True, "0": False}
_YES_OR_NO = {
    **dict.fromkeys(("true", "yes", "y", "t", "co", "x"), True),
    **dict.fromkeys(("false", "no", "n", "f", "khong"), False),
}
_Value = TypeVar("_Value", int, bool)


def status_code(text: str) -> int | None:
    """The national status code (1 to 10) that a text is or names, or None; `4.0` is how some tools write 4."""
    number = _CODE.fullmatch(text)
    if number:
        return int(number[1])
    name = plain(text)
    return _STATUSES.index(name) + 1 if name in _STATUSES else None


def flag(text: str) -> bool | None:
    """What a text like yes, `1` or `không` says, or None."""
    return _DIGITS.get(text, _YES_OR_NO.get(plain(text)))


def read_words(
    column: pa.Array, meaning: Callable[[str], _Value | None], kind: pa.DataType
) -> tuple[pa.Array, pa.Array]:
    """The meaning of each text, and which texts have none (nulls aside); each distinct text is read once."""
    encoded = column.dictionary_encode()
    meant = pa.array([meaning(text.strip()) for text in encoded.dictionary.to_pylist()], kind)
    values = meant.take(encoded.indices)
    return values, pc.and_(pc.is_valid(column), pc.is_null(values))
