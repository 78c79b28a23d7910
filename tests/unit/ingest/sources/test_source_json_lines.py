"""Files of CloudEvents, one a line."""

import gzip
import json
from pathlib import Path

import pytest

from ingest.encode import encode
from ingest.sources import SourceError, open_log

CSV = "case_id,activity,end_time\n" + "".join(f"H{n // 3},A{n % 3},2024-03-04T08:{n:02d}:00+07:00\n" for n in range(30))


def events(tmp_path: Path) -> tuple[Path, bytes]:
    table = tmp_path / "log.csv"
    table.write_text(CSV)
    return table, b"".join(value + b"\n" for batch in open_log(table).batches() for _key, value in encode(batch.events))


@pytest.mark.parametrize("ending", [".jsonl", ".ndjson.gz"])
def test_lines_say_the_same_as_the_table_that_they_were_made_from(tmp_path: Path, ending: str) -> None:
    table, text = events(tmp_path)
    path = tmp_path / f"log{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith(".gz") else text)
    log = open_log(path)
    batches = list(log.batches(batch_rows=7))
    assert [batch.events.num_rows for batch in batches] == [7, 7, 7, 7, 2]
    (whole,) = open_log(table).batches()
    rows = [row for batch in batches for row in batch.events.to_pylist()]
    assert rows == whole.events.to_pylist()
    assert (log.name, log.bytes_read) == ("log", log.size_bytes)


def test_a_bad_line_is_rejected_with_its_number_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    _table, text = events(tmp_path)
    good = text.splitlines()
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n".join([good[0], b"", b"{", b"  ", b'{"id": "x"}', good[1]]))
    (batch,) = open_log(path).batches()
    assert batch.events.num_rows == 2
    assert [(one.position, one.reason.value, one.origin) for one in batch.rejected] == [
        (3, "malformed_json", "log.jsonl"),
        (5, "missing_specversion", "log.jsonl"),
    ]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"x": "y" * 3_000_000}))
    rejected = [one for batch in open_log(path).batches() for one in batch.rejected]
    assert {one.reason.value for one in rejected} <= {"too_large", "malformed_json"}
    assert len(rejected) == 3


def test_a_cut_off_file_is_an_error(tmp_path: Path) -> None:
    _table, text = events(tmp_path)
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(gzip.compress(text)[:-20])
    with pytest.raises(SourceError, match="cut off"):
        list(open_log(path).batches())
