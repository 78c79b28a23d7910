"""Text in its encodings: UTF-8, with or without a byte order mark, and UTF-16 with one."""

import codecs
import io
from typing import Protocol

from ingest.sources.error import SourceError

_CHUNK = 256 * 1024
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ADVICE = (
    "Save the file again as UTF-8: in Excel, Save As, 'CSV UTF-8 (Comma delimited)'. Excel's plain 'CSV' is in a "
    "Windows code page (1258 for Vietnamese), which cannot be told from others and is not read"
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes of a text announce; UTF-8 where they announce none."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), "utf-8")


class Utf8Bytes(io.RawIOBase):
    """The bytes of a text as UTF-8 without a byte order mark, followed by `end`.

    Reading raises SourceError, with the line, where the bytes are not in `encoding`; `name` is the file's.
    """

    def __init__(self, stream: _Readable, name: str, encoding: str, end: str = "") -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._end = end
        self._lines = 1
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read some bytes into `buffer`; 0 at the end."""
        while not self._ready:
            chunk = self._stream.read(_CHUNK)
            text = self._decode(chunk)
            if not chunk:
                text, self._end = text + self._end, ""
                if not text:
                    return 0
            self._ready = memoryview(text.encode())
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _decode(self, chunk: bytes) -> str:
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self._lines + chunk.count(b"\n", 0, error.start)
            kind = "UTF-16" if self._encoding == "utf-16" else "UTF-8"
            raise SourceError(f"{self._name}, line {line}: bytes that are not {kind}. {_ADVICE}.") from error
        if "\0" in text:
            raise SourceError(
                f"{self._name} is not text: it has NUL characters. If it is UTF-16, it needs a byte order mark"
            )
        self._lines += text.count("\n")
        return text
