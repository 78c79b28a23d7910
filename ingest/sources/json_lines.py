"""Files of CloudEvents in structured mode, one a line: read by the one decoder, as if they had come over Kafka."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from ingest.decode import MAX_MESSAGE_BYTES, Received, decode
from ingest.sources.batch import LogBatch
from ingest.sources.opened import CountedFile, open_text_bytes


class JsonLinesFile:
    """An event log of JSON lines; every event says itself what it is, so no columns are looked for."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.size_bytes = path.stat().st_size
        self._file: CountedFile | None = None

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._file.bytes_read if self._file else 0

    def batches(self, batch_rows: int = 50_000, *, now: datetime | None = None) -> Iterator[LogBatch]:
        """Read the file from its start, `batch_rows` lines at a time; blank lines are passed over.

        `now` (aware, default the present) is what "in the future" is measured against. Raises SourceError when
        the file cannot be read on.
        """
        now = now or datetime.now(UTC)
        milliseconds = int(now.timestamp() * 1000)
        self._file = CountedFile(self.path)
        with open_text_bytes(self._file, self.path.name) as text:
            lines = enumerate(iter(lambda: text.readline(MAX_MESSAGE_BYTES + 2), b""), start=1)
            filled = ((number, line) for number, line in lines if line.strip())
            while part := list(islice(filled, batch_rows)):
                messages = [Received(line, number, milliseconds) for number, line in part]
                decoded = decode(messages, origin=self.path.name, now=now)
                yield LogBatch(decoded.events, list(decoded.rejected))
