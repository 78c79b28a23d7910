"""Any XES, read by an XML parser: nested attributes, namespace prefixes, comments, every encoding."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from ingest.sources.xes.feed import local

_Row = list[str | None]


class ParsedEvents:
    """Takes elements from an XML parser and keeps the wanted attributes of each event, with those of its trace.

    Attributes within attributes are left out. An event outside any trace has no trace attributes.
    """

    def __init__(self, event_keys: Sequence[str], trace_keys: Sequence[str]) -> None:
        self._event_slots = {key: slot for slot, key in enumerate(event_keys)}
        self._trace_slots = {key: slot for slot, key in enumerate(trace_keys)}
        self._depth = 0
        self._trace: _Row | None = None
        self._event: _Row | None = None
        self._event_depth = 0
        self._open: list[_Row] = []
        self._rows: list[_Row] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element starts."""
        self._depth += 1
        if self._event is not None:
            if self._depth == self._event_depth + 1:
                _keep(self._event, self._event_slots, attributes)
            return
        kind = local(tag)
        if kind == "event" and self._depth == (2 if self._trace is None else 3):
            self._event, self._event_depth = [None] * len(self._event_slots), self._depth
        elif kind == "trace" and self._depth == 2:
            self._trace = [None] * len(self._trace_slots)
        elif self._trace is not None and self._depth == 3:
            _keep(self._trace, self._trace_slots, attributes)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        if self._event is not None and self._depth < self._event_depth:
            self._open.append(self._event)
            self._event = None
        if self._depth == 1 and self._event is None:
            # Attributes of a trace may stand after its events, so the rows are complete only now.
            trace = self._trace or [None] * len(self._trace_slots)
            self._rows.extend(event + trace for event in self._open)
            self._open, self._trace = [], None

    def take(self, at_least: int) -> Iterator[list[pa.Array]]:
        """Hand over the complete rows, as columns in the order of the keys, when there are that many."""
        if self._rows and len(self._rows) >= at_least:
            yield [pa.array(values, pa.string()) for values in zip(*self._rows, strict=True)]
            self._rows = []


def _keep(row: _Row, slots: dict[str, int], attributes: dict[str, str]) -> None:
    slot = slots.get(attributes.get("key", ""))
    if slot is not None:
        row[slot] = attributes.get("value")
