"""Whatever is written to a table comes back, cell by cell and row by row, in every format and form."""

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ingest.sources import LogFile, open_log

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["Mã hồ sơ", "Công việc", "Kết thúc", "Người xử lý"]
# Cells of a spreadsheet hold no control characters; a blank cell says nothing.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), max_size=12)
LINES = st.text(st.sampled_from("ab\",;\t|\n'ế"), max_size=8)
NAME = (TEXT | LINES).filter(lambda text: bool(text.strip()))
INSTANT = st.datetimes(datetime(1990, 1, 2), datetime(2025, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
ROW = st.tuples(NAME, NAME, INSTANT, TEXT | LINES)
ROWS = st.lists(ROW, min_size=1, max_size=12)
Row = tuple[str, str, datetime, str]
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def events(log: LogFile) -> list[tuple[str, str, datetime, str | None]]:
    batches = list(log.batches(now=NOW))
    assert [one for batch in batches for one in batch.rejected] == []
    fields = ("dossier", "activity", "occurred_at", "officer")
    return [tuple(row[field] for field in fields) for batch in batches for row in batch.events.to_pylist()]


def expected(rows: list[Row]) -> list[tuple[str, str, datetime, str | None]]:
    return [(dossier, activity, at, officer if officer.strip() else None) for dossier, activity, at, officer in rows]


@quick
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    zipped=st.booleans(),
)
def test_delimited_text(
    tmp_path: Path, rows: list[Row], delimiter: str, encoding: str, quoting: int, line_end: str, zipped: bool
) -> None:
    text = io.StringIO(newline="")
    # A line that tells the delimiter: with a few odd cells no program can be sure of it.
    text.write(f"sep={delimiter}{line_end}")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writerow(HEADER)
    writer.writerows((dossier, activity, at.isoformat(), officer) for dossier, activity, at, officer in rows)
    data = text.getvalue().encode(encoding)
    path = tmp_path / ("log.csv.gz" if zipped else "log.csv")
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert events(open_log(path)) == expected(rows)


@quick
@given(rows=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9), INSTANT, st.integers(0, 9)), min_size=1))
@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_of_tidy_tables_is_always_found(
    tmp_path: Path, rows: list[tuple[int, int, datetime, int]], delimiter: str
) -> None:
    lines = [HEADER] + [[str(a), f"B{b}", at.isoformat(), f"c{c}"] for a, b, at, c in rows]
    (tmp_path / "log.csv").write_text("\n".join(map(delimiter.join, lines)), encoding="utf-8")
    assert events(open_log(tmp_path / "log.csv")) == [(str(a), f"B{b}", at, f"c{c}") for a, b, at, c in rows]


@quick
@given(rows=ROWS)
def test_parquet(tmp_path: Path, rows: list[Row]) -> None:
    columns = dict(zip(HEADER, (list(column) for column in zip(*rows, strict=True)), strict=True))
    parquet.write_table(pa.table(columns), tmp_path / "log.parquet")
    assert events(open_log(tmp_path / "log.parquet")) == expected(rows)


@settings(quick, max_examples=30)
@given(rows=ROWS)
def test_workbooks(tmp_path: Path, rows: list[Row]) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("log", 0)
    sheet.append(HEADER)
    for number, (dossier, activity, at, officer) in enumerate(rows, start=2):
        for column, text in enumerate((dossier, activity, at.isoformat(), officer), start=1):
            # Told to be text, so that `=1` is not taken for a formula.
            sheet.cell(number, column, text).data_type = "s"
    book.save(tmp_path / "log.xlsx")
    assert events(open_log(tmp_path / "log.xlsx")) == expected(rows)


@quick
@given(
    rows=st.lists(st.tuples(st.sampled_from(["good", "short", "long", "no dossier", "no time", "blank"])), max_size=30)
)
def test_every_row_is_an_event_or_a_reject_and_keeps_its_number(tmp_path: Path, rows: list[tuple[str]]) -> None:
    written = {
        "good": "1,A,2024-03-04T08:00:00Z,an",
        "short": "1,A",
        "long": "1,A,2024-03-04T08:00:00Z,an,more",
        "no dossier": ",A,2024-03-04T08:00:00Z,an",
        "no time": "1,A,,an",
        "blank": "",
    }
    kinds = ["good", *(kind for (kind,) in rows), "good"]
    text = "\n".join([",".join(HEADER), *(written[kind] for kind in kinds)])
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    batches = list(open_log(tmp_path / "log.csv").batches(now=NOW))
    kept = [number for batch in batches for number in batch.events["sequence"].to_pylist()]
    refused = [one.position for batch in batches for one in batch.rejected]
    numbered = list(enumerate(kinds, start=1))
    assert kept == [number for number, kind in numbered if kind == "good"]
    assert refused == [number for number, kind in numbered if kind not in ("good", "blank")]
