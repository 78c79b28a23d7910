from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest.sources import SourceError
from ingest.sources.parquet import ParquetReader

NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)


def written(path: Path, **columns: pa.Array) -> ParquetReader:
    parquet.write_table(pa.table(columns), path)
    return ParquetReader(path)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array(["007", None]), ["007", None]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array([b"a", "ế".encode()]), ["a", "ế"]),
        (pa.array([7, None], pa.int16()), ["7", None]),
        (pa.array([2**63 - 1, 0]), ["9223372036854775807", "0"]),
        (pa.array([123.0, float("nan")]), ["123", None]),
        (pa.array([1.5, -2.0, None]), ["1.5", "-2", None]),
        (pa.array([3.0, None], pa.float32()), ["3", None]),
        (pa.array([Decimal("12"), None], pa.decimal128(5, 0)), ["12", None]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([date(2024, 1, 2), None]), [date(2024, 1, 2), None]),
        (pa.array([NOON, None], pa.timestamp("us", tz="UTC")), [NOON, None]),
    ],
)
def test_typed_columns_become_text_and_times_stay(tmp_path: Path, column: pa.Array, expected: list[object]) -> None:
    (rows,) = written(tmp_path / "a.parquet", x=column).rows(["x"], 100)
    assert rows.columns["x"].to_pylist() == expected
    assert rows.positions.to_pylist() == list(range(1, len(expected) + 1))


def test_rows_come_in_batches_with_progress(tmp_path: Path) -> None:
    reader = written(tmp_path / "a.parquet", a=pa.array(range(10)), b=pa.array(range(10)))
    size = (tmp_path / "a.parquet").stat().st_size
    seen = [(part.positions.to_pylist(), reader.bytes_read) for part in reader.rows(["b"], 4)]
    assert seen == [([1, 2, 3, 4], size * 4 // 10), ([5, 6, 7, 8], size * 8 // 10), ([9, 10], size)]


def test_nested_columns_are_not_offered(tmp_path: Path) -> None:
    assert written(tmp_path / "a.parquet", a=pa.array([1]), b=pa.array([[1]]), c=pa.array([{"d": 1}])).names == ("a",)


def test_columns_that_are_no_text(tmp_path: Path) -> None:
    reader = written(tmp_path / "a.parquet", a=pa.array([b"\xff"]))
    with pytest.raises(SourceError, match=r"a\.parquet: the column 'a' \(binary\) cannot be read as text"):
        list(reader.rows(["a"], 10))


def test_files_that_are_not_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    with pytest.raises(SourceError, match=r"a\.parquet is not a readable Parquet file"):
        ParquetReader(tmp_path / "a.parquet")


def test_a_damaged_file(tmp_path: Path) -> None:
    reader = written(tmp_path / "a.parquet", a=pa.array([str(number) for number in range(10_000)]))
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[20:2000] = b"\xff" * 1980
    (tmp_path / "a.parquet").write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.parquet is damaged"):
        list(reader.rows(["a"], 10))
