"""Tables for people and other programs: CSV, XLSX and Parquet of the same rows."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LEADS_TO_FORMULA = r"^[=+\-@\t\r]"
_WIDEST = 60


class TableFormat(StrEnum):
    """The forms in which a table can be had."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8; header=present",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.PARQUET: "application/vnd.apache.parquet",
}


def written(table: pa.Table, form: TableFormat, *, title: str, notes: tuple[str, ...] = ()) -> bytes:
    """Return a table as a file; the same table gives the same bytes.

    `title` names the sheet of a workbook and `notes` stand on a second sheet; in Parquet they are metadata of the
    schema, in CSV there is no place for them. Instants are UTC in CSV and Parquet, in Vietnam's time in a workbook,
    which knows no zones.
    """
    writers: dict[TableFormat, Callable[[pa.Table, str, tuple[str, ...]], bytes]] = {
        TableFormat.CSV: _csv,
        TableFormat.XLSX: _xlsx,
        TableFormat.PARQUET: _parquet,
    }
    return writers[form](table, title, notes)


def _csv(table: pa.Table, _title: str, _notes: tuple[str, ...]) -> bytes:
    """The mark at the beginning tells spreadsheet programs that the text is UTF-8."""
    sink = io.BytesIO(_BYTE_ORDER_MARK)
    sink.seek(0, io.SEEK_END)
    harmless = pa.table([_harmless(_plain(column)) for column in table.columns], names=table.column_names)
    pa_csv.write_csv(harmless, sink)
    return sink.getvalue()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists become one text, which CSV can hold, and instants what RFC 3339 says."""
    if pa.types.is_list(column.type):
        return pa.chunked_array([["; ".join(map(str, one or ())) for one in column.to_pylist()]], pa.string())
    if pa.types.is_timestamp(column.type):
        utc = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("s", "UTC"), safe=False)
        return pc.strftime(utc, format="%Y-%m-%dT%H:%M:%SZ")
    return column


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A text that a spreadsheet program would take for a formula begins with an apostrophe (OWASP, CSV injection)."""
    if not pa.types.is_string(column.type):
        return column
    formula = pc.match_substring_regex(column, _LEADS_TO_FORMULA)
    return pc.if_else(pc.fill_null(formula, False), pc.binary_join_element_wise("'", column, ""), column)


def _parquet(table: pa.Table, title: str, notes: tuple[str, ...]) -> bytes:
    said = {b"title": title.encode(), b"notes": "\n".join(notes).encode()}
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(said), sink, compression="zstd")
    return sink.getvalue()


def _xlsx(table: pa.Table, title: str, notes: tuple[str, ...]) -> bytes:
    sink = io.BytesIO()
    # Texts stay texts: nothing in a table becomes a formula, a link or a number.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC)})  # no clock in the bytes
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        moments = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 1)
        for place, name in enumerate(table.column_names):
            values = [_cell(value) for value in table[name].to_pylist()]
            sheet.write_string(0, place, name, bold)
            for row, value in enumerate(values, 1):
                if isinstance(value, datetime):
                    sheet.write_datetime(row, place, value, moments)
                elif isinstance(value, date):
                    sheet.write_datetime(row, place, value, days)
                elif value is not None:
                    sheet.write(row, place, value)
            longest = max((len(str(value)) for value in values if value is not None), default=0)
            sheet.set_column(place, place, min(_WIDEST, max(12, longest)))
        if table.num_rows:
            sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
        if notes:
            second = book.add_worksheet("notes")
            second.set_column(0, 0, 120)
            for row, note in enumerate(notes):
                second.write_string(row, 0, note)
    return sink.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(_ZONE).replace(tzinfo=None)
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return value


def _sheet_name(title: str) -> str:
    """A sheet's name has at most 31 characters and none of []:*?/\\."""
    return "".join(one for one in title if one not in "[]:*?/\\")[:31] or "table"
