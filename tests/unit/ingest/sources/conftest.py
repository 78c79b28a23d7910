"""Log files written for one test, and read whole."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.reject import Rejected
from ingest.sources import ColumnMapping, LogFile, open_log

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read to its end: its events as dictionaries, and what was rejected."""

    log: LogFile
    events: list[dict[str, Any]]
    rejected: list[Rejected]

    def column(self, name: str) -> list[Any]:
        return [event[name] for event in self.events]

    def reasons(self) -> list[tuple[int, str]]:
        return [(one.position, one.reason.value) for one in self.rejected]


Write = Callable[[str, str | bytes], Path]
ReadFile = Callable[..., Read]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


@pytest.fixture
def read() -> ReadFile:
    def read(path: Path, columns: str = "", *, batch_rows: int = 50_000, **options: str) -> Read:
        log = open_log(path, columns=ColumnMapping.parse(columns), **options)
        batches = list(log.batches(batch_rows, now=NOW))
        events = [event for batch in batches for event in batch.events.to_pylist()]
        return Read(log, events, [one for batch in batches for one in batch.rejected])

    return read
