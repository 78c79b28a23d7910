"""Reading a XES file from its head to its last event."""

import io
from collections.abc import Collection, Generator, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingest.sources.opened import CountedFile, open_text_bytes
from ingest.sources.raw import RawRows
from ingest.sources.xes.feed import MAX_ELEMENT_BYTES, XmlFeed
from ingest.sources.xes.head import CASE, read_head
from ingest.sources.xes.parsed import ParsedEvents
from ingest.sources.xes.plain import read_plain

_HEAD_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_TRACE_END = b"</trace>"
_Columns = list[pa.Array]


class XesReader:
    """A XES log, plain or gzipped; an attribute of a trace is the column `case:` + its key.

    Its columns are the attributes seen in the first `head_bytes` of the text, and further on as long as one of
    `expected` was not seen. The text is read `chunk_bytes` at a time.
    """

    serial_dates = False

    def __init__(
        self,
        path: Path,
        expected: Collection[str] = (),
        *,
        head_bytes: int = _HEAD_BYTES,
        chunk_bytes: int = _CHUNK_BYTES,
    ) -> None:
        self._path = path
        self._chunk_bytes = chunk_bytes
        self._file: CountedFile | None = None
        with open_text_bytes(CountedFile(path), path.name) as stream:
            head = read_head(stream, path.name, expected, head_bytes)
        self.names = head.names
        self.notes: tuple[str, ...] = ()
        self._first_trace = head.first_trace

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._file.bytes_read if self._file else 0

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the events of the file; a batch holds whole traces, so that it may be longer by one."""
        event_keys = [name for name in columns if not name.startswith(CASE)]
        trace_keys = [name.removeprefix(CASE) for name in columns if name.startswith(CASE)]
        names = event_keys + [CASE + key for key in trace_keys]
        position = 1
        self._file = CountedFile(self._path)
        with open_text_bytes(self._file, self._path.name) as stream:
            for parts in _in_batches(self._parts(stream, event_keys, trace_keys, batch_rows), batch_rows):
                table = pa.concat_tables(pa.table(part, names=names) for part in parts).combine_chunks()
                positions = pa.array(np.arange(position, position + table.num_rows))
                position += table.num_rows
                yield RawRows(positions, table.select(list(columns)))

    def _parts(
        self, stream: io.BufferedIOBase, event_keys: list[str], trace_keys: list[str], batch_rows: int
    ) -> Iterator[_Columns]:
        """Columns of some events after others: the plain form as far as it goes, the XML parser for the rest."""
        events = ParsedEvents(event_keys, trace_keys)
        rest = b""
        if self._first_trace is None:
            feed = XmlFeed(self._path.name, events.start, events.end)
        else:
            lines = stream.read(self._first_trace).count(b"\n")
            rest, plain_lines = yield from self._plain_parts(stream, event_keys, trace_keys)
            lines += plain_lines
            feed = XmlFeed(self._path.name, events.start, events.end, encoding="utf-8", lines_before=lines)
            feed.feed(b"<log>")
        for chunk in chain([rest], iter(lambda: stream.read(self._chunk_bytes), b"")):
            feed.feed(chunk)
            yield from events.take(batch_rows)
        feed.close()
        yield from events.take(1)

    def _plain_parts(
        self, stream: io.BufferedIOBase, event_keys: list[str], trace_keys: list[str]
    ) -> Generator[_Columns, None, tuple[bytes, int]]:
        """Read whole traces while they are in the plain form; return what was not used and the lines before it."""
        rest, lines = b"", 0
        while len(rest) < MAX_ELEMENT_BYTES and (chunk := stream.read(self._chunk_bytes)):
            rest += chunk
            end = rest.rfind(_TRACE_END)
            if end < 0:
                continue
            end += len(_TRACE_END)
            columns = read_plain(rest[:end], event_keys, trace_keys)
            if columns is None:
                break
            yield columns
            lines += rest.count(b"\n", 0, end)
            rest = rest[end:]
        return rest, lines


def _in_batches(parts: Iterator[_Columns], batch_rows: int) -> Iterator[list[_Columns]]:
    waiting: list[_Columns] = []
    rows = 0
    for columns in parts:
        waiting.append(columns)
        rows += len(columns[0])
        if rows >= batch_rows:
            yield waiting
            waiting, rows = [], 0
    if waiting:
        yield waiting
