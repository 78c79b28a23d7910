"""The form in which nearly every tool writes XES, read as columns, without a Python object per attribute.

In this form an attribute is one self-closed element, `<string key="..." value="..."/>`, directly in its trace or
event. That is checked for every element; a piece that has anything else (nested attributes, comments, namespace
prefixes, character references, faults) is left to the XML parser. About four times faster.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_TEXT = r'[^"&\x00-\x1f\x{fffe}\x{ffff}]'
_ATTRIBUTE = (
    rf'^(?:string|date|int|float|boolean|id) key="{_TEXT}*" '
    rf'value="(?:{_TEXT}|&(?:amp|lt|gt|quot|apos);)*" ?/>[ \t\r\n]*$'
)
_PARTS = 5
"""Splitting such an element at its quotation marks gives this many parts: the key is 1, the value is 3."""
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_TRACE, _EVENT, _END_EVENT, _END_TRACE = 1, 2, 3, 4
_TAGS = {"trace>": _TRACE, "event>": _EVENT, "/event>": _END_EVENT, "/trace>": _END_TRACE}
_FOLLOWS = frozenset(
    {
        (_TRACE, _EVENT),
        (_TRACE, _END_TRACE),
        (_EVENT, _END_EVENT),
        (_END_EVENT, _EVENT),
        (_END_EVENT, _END_TRACE),
        (_END_TRACE, _TRACE),
    }
)

_Ints = npt.NDArray[np.int64]


def read_plain(piece: bytes, event_keys: Sequence[str], trace_keys: Sequence[str]) -> list[pa.Array] | None:
    """Read whole traces: the values (string) of these attributes, one row per event, in the order of the keys.

    Returns None, having read nothing, where the piece is not in the plain form.
    """
    try:
        tokens = pc.split_pattern(pa.array([piece.decode()], pa.string()), "<").values
    except UnicodeDecodeError:
        return None
    is_attribute = pc.match_substring_regex(tokens[1:], _ATTRIBUTE)
    tags = _tags(tokens[1:].filter(pc.invert(is_attribute)))
    if tokens[0].as_py().strip() or tags is None:
        return None
    attribute_rows = is_attribute.to_numpy(zero_copy_only=False)
    attributes = _Attributes(tokens[1:].filter(is_attribute))
    tag_at = np.flatnonzero(~attribute_rows)
    # The tag before each attribute, and the number of the trace and of the event it belongs to.
    before = np.searchsorted(tag_at, np.flatnonzero(attribute_rows)) - 1
    if (tags[before] == _END_TRACE).any():
        return None
    trace_no, event_no = np.cumsum(tags == _TRACE) - 1, np.cumsum(tags == _EVENT) - 1
    of_event = tags[before] == _EVENT
    trace_of_event = pa.array(trace_no[tags == _EVENT])
    count = event_no[-1] + 1
    columns = [attributes.column(key, of_event, event_no[before], count) for key in event_keys]
    for key in trace_keys:
        of_traces = attributes.column(key, ~of_event, trace_no[before], trace_no[-1] + 1)
        columns.append(of_traces.take(trace_of_event))
    return columns


def _tags(tokens: pa.Array) -> npt.NDArray[np.int8] | None:
    """The tags of traces and events as numbers, or None where there are others or their order is wrong."""
    encoded = pc.utf8_rtrim_whitespace(tokens).dictionary_encode()
    numbers = [_TAGS.get(tag, 0) for tag in encoded.dictionary.to_pylist()]
    if not numbers or 0 in numbers:
        return None
    tags: npt.NDArray[np.int8] = np.array(numbers, np.int8)[encoded.indices.to_numpy()]
    pairs = {divmod(pair, 8) for pair in np.unique(tags[:-1] * 8 + tags[1:]).tolist()}
    if tags[0] != _TRACE or tags[-1] != _END_TRACE or not pairs <= _FOLLOWS:
        return None
    return tags


class _Attributes:
    """The attribute elements of a piece, their keys as numbers into `_names`."""

    def __init__(self, elements: pa.Array) -> None:
        self._parts = pc.split_pattern(elements, '"').values
        keys = self._parts.take(pa.array(np.arange(len(elements)) * _PARTS + 1)).dictionary_encode()
        self._names: list[str] = keys.dictionary.to_pylist()
        self._key = keys.indices.to_numpy(zero_copy_only=False)

    def column(self, key: str, among: npt.NDArray[np.bool_], owner: _Ints, count: int) -> pa.Array:
        """The values of the attribute `key` among those marked, at the row of its owner; the last one counts."""
        place = np.full(count, -1, np.int64)
        if key in self._names:
            found = np.flatnonzero(among & (self._key == self._names.index(key)))
            place[owner[found]] = found * _PARTS + 3
        values = self._parts.take(pa.array(place, mask=place < 0))
        if not pc.any(pc.match_substring(values, "&")).as_py():
            return values
        for entity, character in _ENTITIES.items():
            values = pc.replace_substring(values, entity, character)
        return values
