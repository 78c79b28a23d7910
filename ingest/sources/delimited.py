"""Reading CSV and other delimited text, plain or gzipped: every cell as the text that stands in the file."""

import codecs
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

_HEAD_BYTES = 64 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024
"""No row may be longer than this."""
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NOT_UTF8 = (
    "Save it again as UTF-8: in Excel, Save As, 'CSV UTF-8 (Comma delimited)'; Excel's plain 'CSV' is in a Windows "
    "code page (1258 for Vietnamese) and is not read, because it cannot be told from others"
)
_CONVERSION = re.compile(r"Row #(?P<row>\d+): .*invalid UTF8")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a delimited file is written; `rows_before` counts the rows before the first row of data."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    rows_before: int


class DelimitedReader:
    """Delimited text with a line of names: comma, semicolon, tab or pipe, whichever fits."""

    serial_dates = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: CountedFile | None = None
        with open_text_bytes(CountedFile(path), path.name) as stream:
            head = stream.read(_HEAD_BYTES)
        self._form = _form(path.name, head)
        self.names = tuple(name for name in self._form.names if not name.startswith("\0"))
        kind = _kind(self._form.delimiter)
        self.notes: tuple[str, ...] = () if kind == "comma" else (f"The columns are separated by a {kind}.",)

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._file.bytes_read if self._file else 0

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the rows of the file; blank rows are counted and left out."""
        numbering = _Numbering(self._form.rows_before)
        self._file = CountedFile(self._path)
        with open_text_bytes(self._file, self._path.name) as stream:
            blocks: list[pa.RecordBatch] = []
            for block in self._blocks(stream, columns, numbering):
                blocks.append(block)
                if sum(len(one) for one in blocks) >= batch_rows:
                    yield numbering.number(pa.Table.from_batches(blocks))
                    blocks = []
            if blocks or numbering.broken:
                schema = pa.schema([(name, pa.string()) for name in columns])
                yield numbering.number(pa.Table.from_batches(blocks, schema))

    def _blocks(
        self, stream: io.BufferedIOBase, columns: Sequence[str], numbering: "_Numbering"
    ) -> Iterator[pa.RecordBatch]:
        form, name = self._form, self._path.name
        try:
            yield from arrow_csv.open_csv(stream, *_options(form, columns, numbering))
        except UnicodeError as error:
            raise SourceError(f"{name} holds bytes that are not {form.encoding}. {_NOT_UTF8}.") from error
        except pa.ArrowInvalid as error:
            fault = _CONVERSION.search(str(error))
            if fault:
                row = int(fault["row"]) - form.rows_before
                raise SourceError(f"{name}, row {row}: bytes that are not UTF-8. {_NOT_UTF8}.") from error
            raise SourceError(
                f"{name}: a row is longer than {_BLOCK_BYTES // 1024**2} MiB: a quotation mark was opened and never "
                f"closed, or the columns are not separated by a {_kind(form.delimiter)}"
            ) from error


def _options(
    form: _Form, columns: Sequence[str], numbering: "_Numbering"
) -> tuple[arrow_csv.ReadOptions, arrow_csv.ParseOptions, arrow_csv.ConvertOptions]:
    read = arrow_csv.ReadOptions(
        use_threads=False,  # with more threads Arrow does not tell the number of a broken row
        block_size=_BLOCK_BYTES,
        column_names=form.names,
        skip_rows_after_names=form.rows_before,
        encoding="utf-16" if form.encoding == "utf-16" else "utf8",
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


class _Numbering:
    """Gives rows their numbers in the file, with those counted that were set aside as broken."""

    def __init__(self, rows_before: int) -> None:
        self._rows_before = rows_before
        self._next = 1
        self._gaps: list[int] = []
        self.broken: list[BrokenRow] = []

    def set_aside(self, row: arrow_csv.InvalidRow) -> str:
        """Keep a row with too many or too few fields; Arrow calls this while it parses."""
        position = row.number - self._rows_before
        detail = f"the row has {row.actual_columns} fields, the line of names has {row.expected_columns}"
        if "\n" in row.text.strip():
            lines = row.text.strip().count("\n") + 1
            detail += f"; it spans {lines} lines, so that a quotation mark may be missing"
        self._gaps.append(position)
        self.broken.append(BrokenRow(position, detail, row.text))
        return "skip"

    def number(self, rows: pa.Table) -> RawRows:
        """Number the next rows, without the blank ones, and hand over the broken ones seen so far."""
        numbers = np.arange(self._next, self._next + rows.num_rows + len(self._gaps))
        numbers = numbers[~np.isin(numbers, self._gaps)][: rows.num_rows]
        if len(numbers):
            self._next = int(numbers[-1]) + 1
            self._gaps = [gap for gap in self._gaps if gap >= self._next]
        broken, self.broken = tuple(self.broken), []
        return without_blank(RawRows(pa.array(numbers), rows, broken))


def _form(name: str, head: bytes) -> _Form:
    encoding = next((known for mark, known in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), "utf-8")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} holds bytes that are not UTF-8 (byte {error.start + 1}). {_NOT_UTF8}.") from error
    if "\0" in text:
        raise SourceError(f"{name} is not text; if it is UTF-16, it needs a byte order mark at its start")
    separator = _SEPARATOR_LINE.match(text)
    if separator:
        text = text[separator.end() :]
    delimiter = separator[1] if separator else max(_DELIMITERS, key=lambda one: _fit(text, one))
    rows = enumerate(_rows(text, delimiter), start=1)
    before, header = next(((number, row) for number, row in rows if any(map(str.strip, row))), (0, []))
    if next(rows, None) is None:
        raise SourceError(f"{name} has {'column names but no rows' if header else 'no line of column names'}")
    return _Form(encoding, delimiter, _unique(header), before + bool(separator))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows as wide as the first, and that width; (0, 0) if it never occurs."""
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


def _kind(delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, f"'{delimiter}'")
