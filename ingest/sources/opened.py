"""The bytes of a log file: unzipped where it is gzipped, counted, identified by their digest."""

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.sources.error import SourceError

_GZIP_MAGIC = b"\x1f\x8b"


class CountedFile(io.FileIO):
    """A file on disk that knows how many of its bytes were read."""

    bytes_read = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into `buffer` and count."""
        count = super().readinto(buffer) or 0
        self.bytes_read += count
        return count

    def readall(self) -> bytes:
        """Read the rest and count."""
        data = super().readall() or b""
        self.bytes_read += len(data)
        return data


def check_file(path: Path) -> None:
    """Raise SourceError unless `path` is a file with something in it that may be read."""
    if not path.exists():
        raise SourceError(f"{path}: there is no such file")
    if not path.is_file():
        raise SourceError(f"{path} is not a file; name the log file itself")
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty (0 bytes)")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path} may not be read by this user; give it the right to")


def digest(path: Path) -> str:
    """The SHA-256 of the file as it stands on disk, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_text_bytes(file: CountedFile, name: str) -> Iterator[io.BufferedIOBase]:
    """Open the text in `file`, unzipped where its content is gzip; `name` is what messages call it.

    Raises SourceError where the name promises gzip and the content is not, and, while reading, where the gzip data
    are damaged or cut off.
    """
    with io.BufferedReader(file) as raw:
        zipped = raw.peek(2)[:2] == _GZIP_MAGIC
        if name.lower().endswith(".gz") and not zipped:
            raise SourceError(f"{name} is named .gz but is not gzip; give it its true ending or gzip it")
        if not zipped:
            yield raw
            return
        try:
            with gzip.GzipFile(fileobj=raw) as text:
                yield text
        except EOFError as error:
            raise SourceError(f"{name} is cut off: its gzip data end too early; copy it again") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"{name} is damaged: {error}; copy it again") from error
