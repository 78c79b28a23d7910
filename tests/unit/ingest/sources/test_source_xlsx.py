from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.sources import SourceError
from ingest.sources.xlsx import XlsxReader


def workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Trang {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    row = [123, "007", 1.5, True, datetime(2024, 1, 2, 10, 30), date(2024, 1, 2), None]  # noqa: DTZ001
    path = workbook(tmp_path / "a.xlsx", [list("abcdefg"), row, [time(8, 5), timedelta(hours=1), 1e15, "=1+1", 0]])
    (rows,) = XlsxReader(path).rows(list("abcdef"), 100)
    assert rows.columns.to_pylist() == [
        {"a": "123", "b": "007", "c": "1.5", "d": "true", "e": "2024-01-02T10:30:00", "f": "2024-01-02"},
        {"a": "08:05:00", "b": "1:00:00", "c": "1000000000000000", "d": "", "e": "0", "f": ""},
    ]


def test_the_first_filled_sheet_is_read_from_its_first_filled_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [], [[], [None, "a", "b"], [None, 1, 2], [], [None, 3, 4]], [["x"], [1]])
    reader = XlsxReader(path)
    assert reader.names == ("a", "b")
    assert reader.notes == ("The sheet 'Trang 2' was read, the others were not.",)
    (rows,) = reader.rows(["b"], 100)
    assert rows.positions.to_pylist() == [1, 3]
    assert rows.columns.to_pylist() == [{"b": "2"}, {"b": "4"}]


def test_rows_come_in_batches_with_progress_and_can_be_read_again(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"], *([number] for number in range(10))])
    reader = XlsxReader(path)
    assert reader.bytes_read == 0
    sizes = [(part.positions.to_pylist(), reader.bytes_read) for part in reader.rows(["a"], 4)]
    assert [positions for positions, _ in sizes] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert sizes[0][1] == path.stat().st_size * 4 // 10
    assert reader.bytes_read == path.stat().st_size
    assert len(list(reader.rows(["a"], 100))) == 1


def test_empty_and_repeated_names_are_passed_over(tmp_path: Path) -> None:
    reader = XlsxReader(workbook(tmp_path / "a.xlsx", [["a", None, " b ", "a"], [1, 2, 3, 4]]))
    assert reader.names == ("a", "b")
    (rows,) = reader.rows(["a", "b"], 100)
    assert rows.columns.to_pylist() == [{"a": "1", "b": "3"}]


def test_workbooks_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"text\.xlsx is not a readable Excel workbook"):
        XlsxReader(tmp_path / "text.xlsx")
    with pytest.raises(SourceError, match=r"empty\.xlsx has no sheet with rows"):
        XlsxReader(workbook(tmp_path / "empty.xlsx", [], []))
