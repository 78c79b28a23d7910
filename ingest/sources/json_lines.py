"""Files of CloudEvents in structured mode, one a line: read by the decoders of the topics, as if they came by Kafka."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from ingest.catalogue import TYPE_PREFIX
from ingest.catalogue_topic import read_unkeyed
from ingest.decode import MAX_MESSAGE_BYTES, Received, decode
from ingest.sources.batch import LogBatch
from ingest.sources.opened import CountedFile, open_text_bytes

_CATALOGUE = TYPE_PREFIX.encode()


class _Typed(msgspec.Struct, gc=False):
    type: str


_decode_type = msgspec.json.Decoder(_Typed).decode


class JsonLinesFile:
    """An event log of JSON lines; every line says itself what it is, so no columns are looked for.

    Messages of the catalogue may stand among the events.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.size_bytes = path.stat().st_size
        self._file: CountedFile | None = None
        self._stated = 0

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._file.bytes_read if self._file else 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about what was read so far, in sentences."""
        return (f"Messages of the catalogue stand among the events: {self._stated:,}.",) if self._stated else ()

    def batches(self, batch_rows: int = 50_000, *, now: datetime | None = None) -> Iterator[LogBatch]:
        """Read the file from its start, `batch_rows` lines at a time; blank lines are passed over.

        `now` (aware, default the present) is what "in the future" is measured against. Raises SourceError when
        the file cannot be read on.
        """
        now = now or datetime.now(UTC)
        milliseconds = int(now.timestamp() * 1000)
        self._file, self._stated = CountedFile(self.path), 0
        with open_text_bytes(self._file, self.path.name) as text:
            lines = enumerate(iter(lambda: text.readline(MAX_MESSAGE_BYTES + 2), b""), start=1)
            filled = ((number, line) for number, line in lines if line.strip())
            while part := list(islice(filled, batch_rows)):
                yield self._batch([Received(line, number, milliseconds) for number, line in part], now)

    def _batch(self, messages: list[Received], now: datetime) -> LogBatch:
        of_catalogue = [one for one in messages if _is_of_catalogue(one.value or b"")]
        if of_catalogue:
            places = {one.offset for one in of_catalogue}
            messages = [one for one in messages if one.offset not in places]
        stated, refused = read_unkeyed(of_catalogue, origin=self.path.name)
        self._stated += len(stated)
        decoded = decode(messages, origin=self.path.name, now=now)
        rejected = sorted((*refused, *decoded.rejected), key=lambda one: one.position)
        return LogBatch(decoded.events, rejected, stated)


def _is_of_catalogue(line: bytes) -> bool:
    """Whether the type of a message says so; only where the words occur at all is the line looked at more closely."""
    if _CATALOGUE not in line:
        return False
    try:
        return _decode_type(line).type.startswith(TYPE_PREFIX)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False  # the decoder of events says what is wrong with it
