"""Reading CSV and other delimited text, plain or gzipped: every cell as the text that stands in the file."""

import csv
import io
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ingest.sources.error import SourceError
from ingest.sources.opened import CountedFile, open_text_bytes
from ingest.sources.raw import BrokenRow, RawRows, without_blank
from ingest.sources.text import Utf8Bytes, encoding_of

_HEAD_CHARACTERS = 64 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024
"""No row may be longer than this."""
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_END = "end of the file"


@dataclass(frozen=True, slots=True)
class _Form:
    """How a delimited file is written; `rows_before` counts the rows before the first row of data."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    rows_before: int

    @property
    def end(self) -> str:
        """A last row, as no file has it: too wide, and telling. An open quotation mark would swallow it."""
        return f"\n{_END}{self.delimiter * len(self.names)}"


class DelimitedReader:
    """Delimited text with a line of names: comma, semicolon, tab or pipe, whichever fits."""

    serial_dates = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: CountedFile | None = None
        self._form = _form(path)
        self.names = tuple(name for name in self._form.names if not name.startswith("\0"))
        kind = _DELIMITERS[self._form.delimiter]
        self.notes: tuple[str, ...] = () if kind == "comma" else (f"The columns are separated by a {kind}.",)

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._file.bytes_read if self._file else 0

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the rows of the file; blank rows are counted and left out."""
        form = self._form
        numbering = _Numbering(form)
        schema = pa.schema([(name, pa.string()) for name in columns])
        self._file = CountedFile(self._path)
        with open_text_bytes(self._file, self._path.name) as stream:
            text = io.BufferedReader(Utf8Bytes(stream, self._path.name, form.encoding, form.end))
            blocks: list[pa.RecordBatch] = []
            for block in self._blocks(text, columns, numbering):
                if sum(map(len, blocks)) >= batch_rows:
                    yield numbering.number(pa.Table.from_batches(blocks))
                    blocks = []
                blocks.append(block)
            rows = numbering.number(pa.Table.from_batches(blocks, schema))
        if not numbering.complete:
            raise SourceError(
                f"{self._path.name}, row {numbering.last}: a quotation mark is opened and never closed, so that the "
                "rows after it cannot be told apart; close it or take it away"
            )
        yield rows

    def _blocks(
        self, text: io.BufferedIOBase, columns: Sequence[str], numbering: "_Numbering"
    ) -> Iterator[pa.RecordBatch]:
        try:
            yield from arrow_csv.open_csv(text, *_options(self._form, columns, numbering))
        except pa.ArrowInvalid as error:
            raise SourceError(
                f"{self._path.name}: a row is longer than {_BLOCK_BYTES // 1024**2} MiB. A quotation mark was opened "
                f"and not closed, or the columns are not separated by a {_DELIMITERS[self._form.delimiter]}"
            ) from error


class _Numbering:
    """Gives rows their numbers in the file, with those counted that were set aside as broken."""

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._next = 1
        self._gaps: list[int] = []
        self._broken: list[BrokenRow] = []
        self.complete = False

    @property
    def last(self) -> int:
        """The number of the last row that was seen."""
        return max(self._next - 1, *self._gaps, 0)

    def set_aside(self, row: arrow_csv.InvalidRow) -> str:
        """Keep a row with too many or too few fields; Arrow calls this while it parses."""
        if row.text == self._form.end.strip("\n"):
            self.complete = True
            return "skip"
        position = row.number - self._form.rows_before
        detail = f"the row has {row.actual_columns} fields, the line of names has {row.expected_columns}"
        if "\n" in row.text:
            lines = row.text.count("\n") + 1
            detail += f"; it spans {lines} lines, so that a quotation mark may be missing"
        self._gaps.append(position)
        self._broken.append(BrokenRow(position, detail, row.text))
        return "skip"

    def number(self, rows: pa.Table) -> RawRows:
        """Number the next rows, without the blank ones, and hand over the broken ones seen so far."""
        numbers = np.arange(self._next, self._next + rows.num_rows + len(self._gaps))
        numbers = numbers[~np.isin(numbers, self._gaps)][: rows.num_rows]
        if len(numbers):
            self._next = int(numbers[-1]) + 1
            self._gaps = [gap for gap in self._gaps if gap >= self._next]
        broken, self._broken = tuple(self._broken), []
        return without_blank(RawRows(pa.array(numbers), rows, broken))


def _options(
    form: _Form, columns: Sequence[str], numbering: _Numbering
) -> tuple[arrow_csv.ReadOptions, arrow_csv.ParseOptions, arrow_csv.ConvertOptions]:
    read = arrow_csv.ReadOptions(
        use_threads=False,  # with more threads Arrow does not tell the number of a broken row
        block_size=_BLOCK_BYTES,
        column_names=form.names,
        skip_rows_after_names=form.rows_before,
    )
    parse = arrow_csv.ParseOptions(
        delimiter=form.delimiter,
        newlines_in_values=True,
        ignore_empty_lines=False,  # they count as rows, as in a spreadsheet
        invalid_row_handler=numbering.set_aside,
    )
    convert = arrow_csv.ConvertOptions(
        include_columns=columns,
        column_types={column: pa.string() for column in columns},
        strings_can_be_null=False,
    )
    return read, parse, convert


def _form(path: Path) -> _Form:
    with open_text_bytes(CountedFile(path), path.name) as stream:
        encoding = encoding_of(stream.read(4))
    with open_text_bytes(CountedFile(path), path.name) as stream:
        utf8 = io.BufferedReader(Utf8Bytes(stream, path.name, encoding))
        text = io.TextIOWrapper(utf8, "utf-8", newline="").read(_HEAD_CHARACTERS)
    separator = _SEPARATOR_LINE.match(text)
    if separator:
        text = text[separator.end() :]
    delimiter = separator[1] if separator else max(_DELIMITERS, key=lambda one: _fit(text, one))
    rows = enumerate(_rows(text, delimiter), start=1)
    before, header = next(((number, row) for number, row in rows if any(map(str.strip, row))), (0, []))
    if next(rows, None) is None:
        raise SourceError(f"{path.name} has {'column names but no rows' if header else 'no line of column names'}")
    return _Form(encoding, delimiter, _unique(header), before + bool(separator))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows as wide as the first, and that width; 0 if it never occurs."""
    rows = [row for row in _rows(text, delimiter) if row][:200]
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0.0, 0
    # The last row may be cut off.
    whole = rows[:-1] if len(rows) > 2 else rows
    return sum(len(row) == width for row in whole) / len(whole), width


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; a repeated or empty one gets a name that nobody can ask for."""
    names: list[str] = []
    for place, cell in enumerate(header):
        name = cell.strip()
        names.append(name if name and name not in names else f"\0{place}")
    return tuple(names)
