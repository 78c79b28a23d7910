import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest.event import EVENT_SCHEMA
from ingest.sources import ColumnMapping, LogBatch, SourceError, open_log

Write = Callable[..., Path]
ReadFile = Callable[..., Any]
HEADER = "case_id,activity,start_time,end_time,Resource"
ROW = "007,Tiếp nhận,2024-03-04 15:00:00,2024-03-04 16:00:00,an"
XES = (
    '<log><trace><string key="concept:name" value="007"/><event><string key="concept:name" value="Tiếp nhận"/>'
    '<string key="org:resource" value="an"/><date key="start_timestamp" value="2024-03-04T15:00:00+07:00"/>'
    '<date key="time:timestamp" value="2024-03-04T16:00:00+07:00"/></event></trace></log>'
)


@pytest.fixture
def same_log(tmp_path: Path, write: Write) -> list[Path]:
    """One event, written in every format."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("log", 0)
    start, end = datetime(2024, 3, 4, 15), datetime(2024, 3, 4, 16)  # noqa: DTZ001
    for row in (HEADER.split(","), ["007", "Tiếp nhận", start, end, "an"]):
        sheet.append(row)
    book.save(tmp_path / "log.xlsx")
    columns = dict(zip(HEADER.split(","), ([one] for one in ["007", "Tiếp nhận", start, end, "an"]), strict=True))
    parquet.write_table(pa.table(columns), tmp_path / "log.parquet")
    text = f"{HEADER}\n{ROW}\n"
    return [
        write("log.csv", text),
        write("log.csv.gz", text),
        write("log.tsv", text.replace(",", "\t")),
        write("log.txt", text.replace(",", "|")),
        write("log.xes", XES),
        write("log.xes.gz", XES),
        tmp_path / "log.xlsx",
        tmp_path / "log.parquet",
    ]


def test_every_format_gives_the_same_event(same_log: list[Path], read: ReadFile) -> None:
    for path in same_log:
        result = read(path)
        (event,) = result.events
        assert (event["dossier"], event["activity"], event["officer"]) == ("007", "Tiếp nhận", "an"), path.name
        assert event["started_at"] == datetime(2024, 3, 4, 8, tzinfo=UTC), path.name
        assert event["occurred_at"] == datetime(2024, 3, 4, 9, tzinfo=UTC), path.name
        assert event["procedure"] == result.log.name == "log"
        assert result.rejected == []


def test_a_log_knows_its_size_progress_and_source(same_log: list[Path]) -> None:
    for path in same_log:
        log = open_log(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert (log.path, log.size_bytes) == (path, path.stat().st_size)
        (batch,) = log.batches()
        assert isinstance(batch, LogBatch)
        assert batch.events.schema.equals(EVENT_SCHEMA)
        assert log.bytes_read == log.size_bytes
        assert batch.events["source"].to_pylist() == [f"urn:tinhgon:file:{digest[:16]}"]


def test_the_source_is_that_of_the_file_as_it_stands_on_disk(write: Write, read: ReadFile) -> None:
    plain, zipped = write("a.csv", f"{HEADER}\n{ROW}\n"), write("a.csv.gz", f"{HEADER}\n{ROW}\n")
    assert read(plain).column("source") != read(zipped).column("source")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.b.csv.gz", "a.b"), ("A.XES", "A"), ("q1.TXT", "q1"), ("x.xes.GZ", "x"), ("hồ sơ.tsv", "hồ sơ")],
)
def test_the_name_of_a_log_is_without_its_endings(write: Write, name: str, expected: str) -> None:
    content = XES if "xes" in name.lower() else f"{HEADER}\n{ROW}\n"
    data = gzip.compress(content.encode()) if name.endswith(".GZ") else content
    assert open_log(write(name, data)).name == expected


def test_notes_say_what_was_taken_for_what(write: Write, read: ReadFile) -> None:
    notes = read(write("a.csv", f"{HEADER}\n{ROW}\n")).log.notes
    assert notes == (
        "Columns read: 'case_id' as dossier, 'activity' as activity, 'end_time' as completed, 'start_time' as "
        "started, 'Resource' as officer; others are not kept. The procedure of all rows is 'a'.",
        "Times without an offset are read in the time zone Asia/Ho_Chi_Minh.",
    )


def test_times_without_an_offset_are_noted_even_when_they_come_late(write: Write) -> None:
    rows = "1,A,2024-03-04T08:00:00Z\n" * 300_000 + "1,A,2024-03-04\n"
    log = open_log(write("a.csv.gz", f"case_id,activity,end_time\n{rows}"), timezone="Europe/Rome")
    note = "Times without an offset are read in the time zone Europe/Rome."
    assert note not in log.notes
    assert sum(batch.events.num_rows for batch in log.batches()) == 300_001
    assert note in log.notes


def test_the_time_zone_can_be_chosen(write: Write, read: ReadFile) -> None:
    path = write("a.csv", f"{HEADER}\n{ROW}\n")
    assert read(path, timezone="UTC").column("occurred_at") == [datetime(2024, 3, 4, 16, tzinfo=UTC)]
    with pytest.raises(SourceError, match="the time zone 'Hanoi' is not known"):
        open_log(path, timezone="Hanoi")


def test_a_column_called_status_that_holds_something_else_is_left_out_with_a_note(write: Write, read: ReadFile) -> None:
    result = read(write("a.csv", "case_id,activity,end_time,Status\n1,A,2024-03-04,\n1,B,2024-03-04,Closed\n"))
    assert result.log.columns.status is None
    assert "The column 'Status' is not read: it holds 'Closed', which is no status code" in result.log.notes[1]
    assert result.column("status") == [None, None]


def test_times_in_excel_may_be_cells_day_numbers_or_text(tmp_path: Path, read: ReadFile) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("log", 0)
    when = datetime(2024, 3, 4, 15, 30)  # noqa: DTZ001
    rows: list[list[Any]] = [
        ["Mã hồ sơ", "Bước", "Kết thúc"],
        [1, "A", when],
        [2.0, "B", 45355.645833333336],
        ["03", "C", "04/03/2024 15:30"],
    ]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    result = read(tmp_path / "a.xlsx")
    assert result.column("dossier") == ["1", "2", "03"]
    assert result.column("occurred_at") == [datetime(2024, 3, 4, 8, 30, tzinfo=UTC)] * 3


def test_dates_and_timestamps_with_nanoseconds_in_parquet(tmp_path: Path, read: ReadFile) -> None:
    columns = {
        "case_id": pa.array([1.0, 2.0]),
        "activity": pa.array(["A", "B"]).dictionary_encode(),
        "end_time": pa.array([1709539200123456789, None], pa.timestamp("ns", tz="UTC")),
        "start_time": pa.array([None, datetime(2024, 3, 4, tzinfo=UTC).date()], pa.date32()),
    }
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    result = read(tmp_path / "a.parquet")
    assert result.column("dossier") == ["1", "2"]
    assert result.column("occurred_at") == [
        datetime(2024, 3, 4, 8, 0, 0, 123456, tzinfo=UTC),
        datetime(2024, 3, 3, 17, tzinfo=UTC),
    ]
    assert result.column("lifecycle") == ["complete", "start"]


def test_rejected_rows_of_parquet_show_their_values(tmp_path: Path, read: ReadFile) -> None:
    columns = {"case_id": ["1", None], "activity": ["A", "B"], "time": [datetime(1980, 1, 1, tzinfo=UTC)] * 2}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    result = read(tmp_path / "a.parquet")
    assert result.reasons() == [(1, "time_too_old"), (2, "missing_subject")]
    assert b'"time":"1980-01-01 00:00:00' in result.rejected[0].payload


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "case_id,activity,end_time\n,,\n", "a.csv has no events"),
        ("a.xes", "<log></log>", "no column was recognised for the dossier"),
        ("a.doc", "x", r"a.doc: files with this ending are not read; known are .xes, .xes.gz, .csv"),
        ("a.gz", "x", "a.gz: files with this ending are not read"),
        ("a.xlsx.gz", "x", "files with this ending are not read"),
        ("a.csv", "", r"a.csv is empty \(0 bytes\)"),
        ("a.csv", "x,y\n1,2\n", r"--columns dossier=...,activity=...,completed=..."),
    ],
)
def test_files_that_cannot_be_used(write: Write, name: str, content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        open_log(write(name, content))


def test_a_file_of_broken_rows_is_rejected_row_by_row(write: Write, read: ReadFile) -> None:
    result = read(write("a.csv", "case_id,activity,end_time\n1\n2,A\n"))
    assert result.reasons() == [(1, "invalid_field"), (2, "invalid_field")]
    assert result.events == []


def test_an_absent_file() -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        open_log("absent.csv")


def test_a_xes_log_without_events(write: Write) -> None:
    head = '<global scope="trace"><string key="concept:name" value=""/></global>'
    head += '<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value=""/></global>'
    with pytest.raises(SourceError, match=r"a\.xes has no events"):
        open_log(write("a.xes", f"<log>{head}<trace/></log>"))


def test_columns_may_be_told_for_any_format(same_log: list[Path], read: ReadFile) -> None:
    for path in same_log:
        result = read(path, "unit=org:resource" if ".xes" in path.name else "unit=RESOURCE")
        assert result.column("unit") == ["an"]
        assert result.column("officer") == [None]


def test_a_file_that_breaks_off_says_so_after_the_batches_before(write: Write) -> None:
    data = gzip.compress(f"{HEADER}\n{(ROW + chr(10)) * 400_000}".encode())
    log = open_log(write("a.csv", data[: len(data) - 1000]), columns=ColumnMapping())
    with pytest.raises(SourceError, match=r"a\.csv is cut off: its gzip data end too early"):
        sum(batch.events.num_rows for batch in log.batches())
