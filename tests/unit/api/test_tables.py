"""The same rows as CSV, as a workbook and as Parquet."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.tables import TableFormat, written

TABLE = pa.table(
    {
        "procedure": ["1.001193.H29", "=cmd|' /C calc'!A1", None],
        "saved_hours": [8.5, -2.0, None],
        "dossiers": [12, 0, 3],
        "since": [date(2024, 3, 1), None, date(2024, 5, 2)],
        "finished_at": pa.array([datetime(2024, 3, 1, 1, 30, tzinfo=UTC), None, None], pa.timestamp("us", "UTC")),
        "warnings": [["một", "hai"], [], None],
    }
)


def test_csv_is_utf_8_with_a_mark_and_says_null_by_nothing() -> None:
    text = written(TABLE, TableFormat.CSV, title="Time saved").decode("utf-8-sig").splitlines()
    assert text[0] == '"procedure","saved_hours","dossiers","since","finished_at","warnings"'
    assert text[1] == '"1.001193.H29",8.5,12,2024-03-01,"2024-03-01T01:30:00Z","một; hai"'
    assert text[3] == ',,3,2024-05-02,,""'


def test_no_text_becomes_a_formula() -> None:
    text = written(TABLE, TableFormat.CSV, title="x").decode("utf-8-sig").splitlines()
    assert text[2].startswith("\"'=cmd")
    sheet = openpyxl.load_workbook(io.BytesIO(written(TABLE, TableFormat.XLSX, title="x"))).active
    assert sheet is not None
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=cmd|' /C calc'!A1", "s")


def test_a_workbook_has_the_rows_in_local_time_and_the_notes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(TABLE, TableFormat.XLSX, title="Tiết kiệm", notes=("lịch A",))))
    sheet = book["Tiết kiệm"]
    row = [cell.value.isoformat() if isinstance(cell.value, datetime) else cell.value for cell in sheet[2]]
    assert row == ["1.001193.H29", 8.5, 12, "2024-03-01T00:00:00", "2024-03-01T08:30:00", "một; hai"]
    assert [cell.value for cell in sheet[4]][:3] == [None, None, 3]
    assert book["notes"]["A1"].value == "lịch A"


def test_parquet_keeps_the_types_and_the_notes() -> None:
    back = pq.read_table(io.BytesIO(written(TABLE, TableFormat.PARQUET, title="t", notes=("a", "b"))))
    assert back.to_pylist() == TABLE.to_pylist()
    assert back.schema.metadata[b"notes"] == b"a\nb"


@pytest.mark.parametrize("form", list(TableFormat))
def test_the_same_table_gives_the_same_bytes(form: TableFormat) -> None:
    assert written(TABLE, form, title="t", notes=("n",)) == written(TABLE, form, title="t", notes=("n",))


@pytest.mark.parametrize("form", list(TableFormat))
def test_a_table_without_rows_is_a_table(form: TableFormat) -> None:
    assert len(written(TABLE.slice(0, 0), form, title="[a]:*?/\\" * 9)) > 50


def test_a_name_of_a_sheet_is_cut_to_what_workbooks_allow() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(TABLE, TableFormat.XLSX, title="[a]:*?/\\" + "b" * 40)))
    assert book.sheetnames == ["a" + "b" * 30]
