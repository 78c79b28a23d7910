"""What every reader of log files hands out, and what it looks like to whoever reads one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from ingest.catalogue_topic import Stated
from ingest.reject import Rejected


@dataclass(frozen=True, slots=True)
class LogBatch:
    """Some events of a file: `events` (EVENT_SCHEMA) are usable; `rejected` are not, each with its reason.

    `catalogue` is what messages among them state of the catalogue.
    """

    events: pa.Table
    rejected: list[Rejected]
    catalogue: tuple[Stated, ...] = ()


class LogFile(Protocol):
    """An event log file that can be read, whatever its format; made by `open_log`."""

    path: Path
    name: str
    size_bytes: int

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how the file is read, in sentences; they may grow while it is read."""

    def batches(self, batch_rows: int = 50_000, *, now: datetime | None = None) -> Iterator[LogBatch]:
        """Read the file from its start, about `batch_rows` rows at a time; only one reading at a time."""
