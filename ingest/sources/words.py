"""Words with a fixed meaning in a file: the national status codes and yes or no."""

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
_WORD_OF_FLAG = {
    **dict.fromkeys(("true", "yes", "y", "t", "1", "co", "x"), True),
    **dict.fromkeys(("false", "no", "n", "f", "0", "khong"), False),
}
_Value = TypeVar("_Value", int, bool)


def status_code(word: str) -> int | None:
    """The national status code (1 to 10) that a word is or names, or None."""
    if word in _STATUSES:
        return _STATUSES.index(word) + 1
    return int(word) if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 10 else None


def flag(word: str) -> bool | None:
    """What a word like yes, `1` or `không` says, or None."""
    return _WORD_OF_FLAG.get(word)


def read_words(
    column: pa.Array, meaning: Callable[[str], _Value | None], kind: pa.DataType
) -> tuple[pa.Array, pa.Array]:
    """The meaning of each text, and which texts have none (nulls aside); each distinct text is read once."""
    encoded = column.dictionary_encode()
    meant = pa.array([meaning(plain(text)) for text in encoded.dictionary.to_pylist()], kind)
    values = meant.take(encoded.indices)
    return values, pc.and_(pc.is_valid(column), pc.is_null(values))
