"""Tables as people keep them: the sheets of a workbook or a delimited text, every cell as text in its place."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from ingest.catalogue import CatalogueError
from ingest.sources.opened import CountedFile, check_file, open_text_bytes
from ingest.sources.text import Utf8Bytes, encoding_of

_WORKBOOK = (".xlsx", ".xlsm")
_DELIMITED = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", ";", "\t", "|")

_Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, and where: rows count from 1 as in a spreadsheet; None where it is not in one place."""

    text: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def place(self) -> str:
        """Where it is, in words; empty for the file as a whole."""
        parts = (
            f"sheet '{self.sheet}'" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class CatalogueFileError(CatalogueError):
    """A file of catalogue entries cannot be used; `faults` lists all that is wrong with it."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        listed = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{name} has {count}; nothing of it was taken over\n{listed}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: its number from 1 as a spreadsheet shows it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file; `name` is None where the file is the table. The first row is the line of names."""

    name: str | None
    rows: tuple[Row, ...]


def read_sheets(path: Path) -> list[Sheet]:
    """Read the tables of an XLSX workbook or a delimited text; raises CatalogueFileError or SourceError."""
    check_file(path)
    ending = path.suffix.lower()
    if ending in _WORKBOOK:
        sheets = _workbook(path)
    elif ending in _DELIMITED:
        sheets = [Sheet(None, _delimited(path))]
    else:
        known = ", ".join((*_WORKBOOK, *_DELIMITED))
        raise CatalogueFileError(path.name, [Fault(f"files with this ending are not read; known are {known}")])
    if not any(sheet.rows for sheet in sheets):
        raise CatalogueFileError(path.name, [Fault("there is no row in it")])
    return sheets


def _workbook(path: Path) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_path(path)
        return [
            Sheet(name, _rows(map(_text, row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            for name in book.sheet_names
        ]
    except CalamineError as error:
        raise CatalogueFileError(path.name, [Fault(f"it is no Excel workbook that can be read: {error}")]) from error


def _delimited(path: Path) -> tuple[Row, ...]:
    with open_text_bytes(CountedFile(path), path.name) as stream:
        encoding = encoding_of(stream.read(4))
    with open_text_bytes(CountedFile(path), path.name) as stream:
        utf8 = io.BufferedReader(Utf8Bytes(stream, path.name, encoding))
        text = io.TextIOWrapper(utf8, "utf-8", newline="").read()
    header = next(filter(str.strip, text.splitlines()), "")
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        text = f"the row cannot be told apart ({error}); is a quotation mark opened and not closed?"
        raise CatalogueFileError(path.name, [Fault(text, row=len(rows) + 1)]) from error
    return _rows(rows)


def _rows(rows: Iterable[Iterable[str]]) -> tuple[Row, ...]:
    return tuple(_filled(rows))


def _filled(rows: Iterable[Iterable[str]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        texts = tuple(cells)
        if any(map(str.strip, texts)):
            yield Row(number, texts)


def _text(cell: _Cell) -> str:
    """A cell as a person sees it: 4 although Excel keeps 4.0, dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
