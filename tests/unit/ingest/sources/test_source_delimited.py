from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.sources import SourceError
from ingest.sources.delimited import DelimitedReader

Write = Callable[..., Path]


def table(path: Path, *columns: str, batch_rows: int = 1000) -> list[tuple[int, dict[str, str]]]:
    reader = DelimitedReader(path)
    rows: list[tuple[int, dict[str, str]]] = []
    for part in reader.rows(columns or reader.names, batch_rows):
        rows += zip(part.positions.to_pylist(), part.columns.to_pylist(), strict=True)
    return rows


def texts(path: Path) -> list[list[str]]:
    return [list(row.values()) for _, row in table(path)]


def broken(path: Path) -> list[tuple[int, str, str]]:
    reader = DelimitedReader(path)
    return [(row.position, row.detail, row.text) for part in reader.rows(reader.names, 1000) for row in part.broken]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.tsv", "a.txt"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, name: str, delimiter: str) -> None:
    path = write(name, "a,b;c,d\n1,\"x;y\",3\n2,'z',4\n".replace(";", "/").replace(",", delimiter))
    assert texts(path) == [["1", "x/y", "3"], ["2", "'z'", "4"]]


def test_quoted_delimiters_and_line_ends_do_not_mislead(write: Write) -> None:
    path = write("a.csv", 'id;note;x\n1;"a,b,c\nd,e,f";2\n2;"g,h""i""";3\n')
    assert texts(path) == [["1", "a,b,c\nd,e,f", "2"], ["2", 'g,h"i"', "3"]]


def test_other_delimiters_are_mentioned(write: Write) -> None:
    assert DelimitedReader(write("a.csv", "a,b\n1,2\n")).notes == ()
    assert DelimitedReader(write("a.csv", "a\tb\n1\t2\n")).notes == ("The columns are separated by a tab.",)


def test_the_separator_line_of_excel_is_obeyed(write: Write) -> None:
    assert table(write("a.csv", "sep=;\r\na,b;c\r\n1,5;2\r\n")) == [(1, {"a,b": "1,5", "c": "2"})]


def test_every_cell_is_the_text_that_stands_in_the_file(write: Write) -> None:
    path = write("a.csv", "a,b,c\n007,1.0,true\n1e5, x ,NA\n00,2024-01-01,null\n")
    assert texts(path) == [["007", "1.0", "true"], ["1e5", " x ", "NA"], ["00", "2024-01-01", "null"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_a_byte_order_mark(write: Write, encoding: str) -> None:
    path = write("a.csv", "Mã hồ sơ,Bước\n1,Tiếp nhận\n".encode(encoding))
    assert table(path) == [(1, {"Mã hồ sơ": "1", "Bước": "Tiếp nhận"})]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(write: Write, line_end: str) -> None:
    assert texts(write("a.csv", f"a,b{line_end}1,2{line_end}3,4")) == [["1", "2"], ["3", "4"]]


def test_blank_rows_are_counted_and_left_out(write: Write) -> None:
    path = write("a.csv", "\n\na,b\n1,2\n\n,\n3,4\n\n")
    assert table(path) == [(1, {"a": "1", "b": "2"}), (4, {"a": "3", "b": "4"})]


def test_rows_with_too_many_or_too_few_fields_are_set_aside_and_counted(write: Write) -> None:
    path = write("a.csv", 'a,b,c\n1,"x\ny",3\n1,2\n4,5,6\n1,2,3,4\n7,8,9\n1\n')
    assert [position for position, _ in table(path)] == [1, 3, 5]
    assert [position for position, _ in table(path, batch_rows=1)] == [1, 3, 5]
    assert broken(path) == [
        (2, "the row has 2 fields, the line of names has 3", "1,2"),
        (4, "the row has 4 fields, the line of names has 3", "1,2,3,4"),
        (6, "the row has 1 fields, the line of names has 3", "1"),
    ]


def test_rows_keep_their_numbers_over_many_blocks(write: Write) -> None:
    lines = [f"{number},{'x' * 200}" if number % 1000 else f"{number}" for number in range(1, 60_001)]
    path = write("a.csv.gz", "a,b\n" + "\n".join(lines))
    rows = table(path, "a", batch_rows=7_000)
    assert [position for position, _ in rows] == [number for number in range(1, 60_001) if number % 1000]
    assert all(row["a"] == str(position) for position, row in rows)
    assert [position for position, _, _ in broken(path)] == list(range(1000, 60_001, 1000))


@pytest.mark.parametrize("rest", ["5,6\n7,8\n", "5,6\n7,8,9", "", "5,6\n" * 2_000_000])
def test_a_quotation_mark_that_is_never_closed_swallows_no_row_silently(write: Write, rest: str) -> None:
    path = write("a.csv", f'a,b\n1,2\n3,"4\n{rest}')
    with pytest.raises(SourceError, match=r"a\.csv, row 2: a quotation mark is opened and never closed"):
        texts(path)


def test_a_quotation_mark_that_is_closed_too_late_is_pointed_out(write: Write) -> None:
    path = write("a.csv", 'a,b\n1,2\n3,"4\n5,6\n"7,8\n9,10\n')
    assert broken(path)[0][:2] == (
        2,
        "the row has 3 fields, the line of names has 2; it spans 3 lines, so that a quotation mark may be missing",
    )
    assert texts(path) == [["1", "2"], ["9", "10"]]


def test_a_quotation_mark_that_swallows_many_megabytes_is_an_error(write: Write) -> None:
    path = write("a.csv.gz", 'a,b\n1,"2\n' + "3,4\n" * 4_000_000)
    with pytest.raises(SourceError, match=r"a\.csv\.gz: a row is longer than 4 MiB. A quotation mark was opened"):
        texts(path)


def test_bytes_that_are_not_utf8_are_an_error_with_the_line(write: Write) -> None:
    early = write("early.csv", "a,b\n1,Tiêìp nhâòn\n".encode("cp1258", errors="ignore"))
    with pytest.raises(SourceError, match=r"early\.csv, line 2: bytes that are not UTF-8. .*'CSV UTF-8.*1258"):
        texts(early)
    late = write("late.csv", b"a,b\n" + b"1,2\n" * 100_000 + b"\xff\n")
    with pytest.raises(SourceError, match=r"late\.csv, line 100002: bytes that are not UTF-8"):
        texts(late)
    utf16 = write("utf16.csv", "a,b\n".encode("utf-16") + "1,2\n".encode("utf-16-le") * 100_000 + b"\x00")
    with pytest.raises(SourceError, match=r"utf16\.csv, line \d+: bytes that are not UTF-16"):
        texts(utf16)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n\n\n", "has no line of column names"),
        (b"a,b,c\n", "has column names but no rows"),
        (b"a,b,c", "has column names but no rows"),
        (b"PK\x03\x04\x00\x00\x00", "is not text"),
        (
            "a,b\n1,2\n".encode("utf-16-le"),
            "is not text: it has NUL characters. If it is UTF-16, it needs a byte order mark",
        ),
    ],
)
def test_files_that_are_no_table(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        DelimitedReader(write("a.csv", content))


def test_empty_and_repeated_names_are_passed_over(write: Write) -> None:
    path = write("a.csv", "a,,a, b ,\n1,2,3,4,5\n")
    assert DelimitedReader(path).names == ("a", "b")
    assert texts(path) == [["1", "4"]]


def test_a_file_can_be_read_again_and_left_half_way(write: Write) -> None:
    path = write("a.csv.gz", "a,b\n" + "1,2\n" * 3_000_000)
    reader = DelimitedReader(path)
    parts = reader.rows(["a"], 1000)
    first = next(parts)
    parts.close()
    assert first.columns.num_rows >= 1000
    assert 0 < reader.bytes_read <= path.stat().st_size
    assert sum(part.columns.num_rows for part in reader.rows(["b"], 100_000)) == 3_000_000
    assert reader.bytes_read == path.stat().st_size
