"""What the first part of a XES file tells: which attributes its traces and events have, and where they begin."""

import io
from collections.abc import Collection
from dataclasses import dataclass

from ingest.sources.error import SourceError
from ingest.sources.xes.feed import XmlFeed, local

CASE = "case:"
"""Set before the name of an attribute of a trace, as pm4py does, to tell it from those of events."""
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """The attribute names, those of traces after `case:`, and the byte where the first trace starts.

    `first_trace` is None where the file has none, is not UTF-8 or has prefixes before the names of its elements.
    """

    names: tuple[str, ...]
    first_trace: int | None


def read_head(stream: io.BufferedIOBase, name: str, expected: Collection[str], head_bytes: int) -> Head:
    """Read the first `head_bytes` of a XES file, and on until every name in `expected` was seen or the file ends.

    Raises SourceError when it is no XES log or not well-formed.
    """
    scan = _Scan(name)
    feed = scan.feed
    taken = 0
    utf8 = True
    while chunk := stream.read(_CHUNK):
        utf8 = utf8 and b"\0" not in chunk
        feed.feed(chunk)
        taken += len(chunk)
        if taken >= head_bytes and scan.events and all(map(scan.saw, expected)):
            break
    else:
        feed.close()
    utf8 = utf8 and (feed.encoding or "utf-8").lower() in ("utf-8", "utf8")
    return Head(tuple(scan.names), scan.first_trace if utf8 else None)


class _Scan:
    """The state of the reading: where in the log the parser is, and what was seen."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._prefix: str | None = None
        self._in_event = False
        self._plain = False
        self.names: dict[str, None] = {}
        self.events = 0
        self.first_trace: int | None = None
        self.feed = XmlFeed(name, self._start, self._end)

    def saw(self, name: str) -> bool:
        """Whether an attribute of this name was seen, of an event or of a trace."""
        return name in self.names or CASE + name in self.names

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        kind = local(tag)
        if self._depth == 1 and kind != "log":
            raise SourceError(f"{self._name} is not a XES log: it starts with <{tag}>, not with <log>")
        if self._depth == 1:
            self._plain = tag == "log"
        elif self._depth == 2:
            self._enter(kind, attributes)
            if self._plain and tag == "trace" and self.first_trace is None:
                self.first_trace = self.feed.byte
        elif self._depth == 3 and kind == "event":
            self._in_event = True
            self.events += 1
        elif self._depth == 3 and self._prefix is not None:
            self._see(self._prefix, attributes)
        elif self._depth == 4 and self._in_event:
            self._see("", attributes)

    def _enter(self, kind: str, attributes: dict[str, str]) -> None:
        scope = attributes.get("scope") if kind == "global" else kind
        self._prefix = {"trace": CASE, "event": ""}.get(scope or "")
        if kind == "event":
            self.events += 1

    def _see(self, prefix: str, attributes: dict[str, str]) -> None:
        key = attributes.get("key")
        if key:
            self.names[prefix + key] = None

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._depth == 2:
            self._in_event = False
