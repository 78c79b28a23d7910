"""Feeding XML to expat piece by piece: no document types, no entities, no network, faults by line."""

from collections.abc import Callable
from xml.parsers import expat

from ingest.sources.error import SourceError

MAX_ELEMENT_BYTES = 16 * 1024 * 1024
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class XmlFeed:
    """An XML parser for one file, called `name` in messages; `start` and `end` are told each element.

    `lines_before` is how many lines of the file came before what is fed. Entities are never resolved: a document
    type, where they would be declared, is refused.
    """

    def __init__(
        self, name: str, start: Start, end: End, *, encoding: str | None = None, lines_before: int = 0
    ) -> None:
        self._name = name
        self._lines_before = lines_before
        self._fed = 0
        self.encoding: str | None = None
        self._parser = expat.ParserCreate(encoding)
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type

    @property
    def byte(self) -> int:
        """Where the element being told starts, in bytes of what was fed."""
        return self._parser.CurrentByteIndex

    def feed(self, data: bytes) -> None:
        """Parse on. Raises SourceError for what is not well-formed, with the line."""
        self._fed += len(data)
        self._parse(data, final=False)
        if self._fed - self._parser.CurrentByteIndex > MAX_ELEMENT_BYTES:
            limit = MAX_ELEMENT_BYTES // 1024**2
            raise SourceError(f"{self._name}, line {self._line()}: an element is longer than {limit} MiB")

    def close(self) -> None:
        """Say that there is no more. Raises SourceError when the document is not complete."""
        self._parse(b"", final=True)

    def _parse(self, data: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            if final:
                what = f"the file ends too early ({what}); it may be cut off"
            line = self._lines_before + error.lineno
            raise SourceError(f"{self._name}, line {line}: not well-formed XML: {what}") from error

    def _line(self) -> int:
        return self._lines_before + self._parser.CurrentLineNumber

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding

    def _refuse_document_type(self, *_declaration: object) -> None:
        raise SourceError(
            f"{self._name}, line {self._line()}: the file declares a document type (DTD); no XES log needs one, "
            "and it could make this program read other files. Remove the <!DOCTYPE ...> part"
        )


def local(tag: str) -> str:
    """The name of an element without its namespace prefix."""
    return tag.rpartition(":")[2]
