"""Opening an event log file: which format, which columns, and its events in batches."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingest.event import EVENT_SCHEMA
from ingest.sources.batch import LogBatch, LogFile
from ingest.sources.columns import TIMES, ColumnMapping
from ingest.sources.delimited import DelimitedReader
from ingest.sources.detect import resolve
from ingest.sources.error import SourceError
from ingest.sources.events import Plan, convert, read_times
from ingest.sources.json_lines import JsonLinesFile
from ingest.sources.opened import check_file, digest
from ingest.sources.parquet import ParquetReader
from ingest.sources.raw import RawRows, Reader
from ingest.sources.times import check_zone, day_first_like
from ingest.sources.words import read_words, status_code
from ingest.sources.xes.reader import XesReader
from ingest.sources.xlsx import XlsxReader

_DELIMITED = (".csv", ".tsv", ".txt")
_WORKBOOK = (".xlsx", ".xlsm")
_JSON_LINES = (".jsonl", ".ndjson")
_TEXT = (".xes", *_DELIMITED, *_JSON_LINES)
ENDINGS = (*(f"{ending}{gz}" for ending in _TEXT for gz in ("", ".gz")), *_WORKBOOK, ".parquet")
_SAMPLE_ROWS = 1_000
_SCAN_ROWS = 100_000
_DIGEST_DIGITS = 16


class TableFile:
    """An event log of rows whose columns are known."""

    def __init__(self, path: Path, reader: Reader, plan: Plan, notes: list[str]) -> None:
        self.path = path
        self.name = _split(path)[0]
        self.size_bytes = path.stat().st_size
        self.columns = plan.columns
        self._reader = reader
        self._plan = plan
        self._notes = dict.fromkeys(notes)

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        return self._reader.bytes_read

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how the file is read, in sentences; they may grow while it is read."""
        return tuple(self._notes)

    def batches(self, batch_rows: int = 50_000, *, now: datetime | None = None) -> Iterator[LogBatch]:
        """Read the file from its start, about `batch_rows` rows at a time; only one reading at a time.

        `now` (aware, default the present) is what "in the future" is measured against. Raises SourceError when
        the file cannot be read on.
        """
        now = now or datetime.now(UTC)
        for rows in self._reader.rows(_used(self.columns), batch_rows):
            converted = convert(rows, self._plan, now)
            if converted.naive:
                self._notes[_naive_note(self._plan)] = None
            yield LogBatch(converted.events, converted.rejected)


def open_log(
    path: Path | str,
    *,
    columns: ColumnMapping | None = None,
    procedure: str | None = None,
    timezone: str = "Asia/Ho_Chi_Minh",
) -> LogFile:
    """Open an event log: XES, CSV and other delimited text, CloudEvents JSON lines (each also gzipped), XLSX, Parquet.

    `columns` says which column is which where the names do not tell; `procedure` is for rows that name none
    (default: the name of the file); `timezone` is that of times without an offset. Raises SourceError when the
    file cannot be read or a needed column is missing.
    """
    path = Path(path)
    check_file(path)
    if _split(path)[1] in _JSON_LINES:
        return JsonLinesFile(path, _split(path)[0])
    check_zone(timezone)
    told = columns or ColumnMapping()
    reader = _reader(path, told)
    plan = Plan(
        origin=path.name,
        source=f"urn:tinhgon:file:{digest(path)[:_DIGEST_DIGITS]}",
        columns=resolve(path.name, reader.names, told),
        procedure=procedure or _split(path)[0],
        timezone=timezone,
        serial_dates=reader.serial_dates,
    )
    sample = _sample(reader, plan)
    plan, notes = _check_status(plan, told, sample)
    notes += _check_times(reader, plan, sample)
    return TableFile(path, reader, plan, [_columns_note(plan), *reader.notes, *notes])


def _split(path: Path) -> tuple[str, str]:
    """The name of a file without its ending, and the ending in lower case without .gz."""
    lower = path.name.lower()
    ending = next((ending for ending in ENDINGS if lower.endswith(ending)), None)
    if ending is None:
        raise SourceError(f"{path.name}: files with this ending are not read; known are {', '.join(ENDINGS)}")
    return path.name[: -len(ending)] or path.name, ending.removesuffix(".gz")


def _reader(path: Path, told: ColumnMapping) -> Reader:
    ending = _split(path)[1]
    if ending == ".xes":
        return XesReader(path, expected=told.named().values())
    if ending in _DELIMITED:
        return DelimitedReader(path)
    if ending in _WORKBOOK:
        return XlsxReader(path)
    return ParquetReader(path)


def _used(columns: ColumnMapping) -> list[str]:
    return list(dict.fromkeys(columns.named().values()))


def _sample(reader: Reader, plan: Plan) -> RawRows:
    with closing(reader.rows(_used(plan.columns), _SAMPLE_ROWS)) as batches:
        for rows in batches:
            if rows.columns.num_rows or rows.broken:
                return rows
    raise SourceError(f"{plan.origin} has no events")


def _check_status(plan: Plan, told: ColumnMapping, sample: RawRows) -> tuple[Plan, list[str]]:
    """Leave out a column that is only called status but holds something else than the national codes."""
    name = plan.columns.status
    if name is None or told.status is not None:
        return plan, []
    column = sample.columns[name].combine_chunks().cast(pa.string())
    column = pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
    _, unknown = read_words(column, status_code, EVENT_SCHEMA.field("status").type)
    if not pc.any(unknown).as_py():
        return plan, []
    note = (
        f"The column '{name}' is not read: it holds '{column.filter(unknown)[0]}', which is no status code (1 to 10) "
        "or its name."
    )
    return replace(plan, columns=replace(plan.columns, status=None)), [note]


def _check_times(reader: Reader, plan: Plan, sample: RawRows) -> list[str]:
    """Make sure, before anything is handed out, that dates with the year at their end are day first throughout."""
    names = [name for name in (getattr(plan.columns, field) for field in TIMES) if name]
    naive = any(read_times(sample, plan, name).naive for name in names)
    doubtful = [name for name in names if day_first_like(sample.columns[name].combine_chunks())]
    if doubtful:
        for rows in reader.rows(doubtful, _SCAN_ROWS):
            for name in doubtful:
                read_times(rows, plan, name)
    return [_naive_note(plan)] if naive else []


def _columns_note(plan: Plan) -> str:
    taken = ", ".join(f"'{column}' as {field}" for field, column in plan.columns.named().items())
    without = "rows that name no procedure" if plan.columns.procedure else "all rows"
    return f"Columns read: {taken}; others are not kept. The procedure of {without} is '{plan.procedure}'."


def _naive_note(plan: Plan) -> str:
    return f"Times without an offset are read in the time zone {plan.timezone}."
