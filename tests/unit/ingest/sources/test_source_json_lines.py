"""Files of CloudEvents, one a line."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.catalogue import Procedure, Unit, encode_message
from ingest.catalogue_topic import read_messages
from ingest.decode import Received
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


AT = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
UNIT = Unit(code="H29.1", name="Sở A")
PROCEDURE = Procedure(code="1.001193.000.00.00.H29", name="Đăng ký khai sinh")


def stated(entry: Unit | Procedure) -> bytes:
    return encode_message(entry, source="urn:test", at=AT)[1]


def test_messages_of_the_catalogue_stand_anywhere_among_the_events(tmp_path: Path) -> None:
    _table, text = events(tmp_path)
    lines = text.splitlines()
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n".join([stated(UNIT), *lines[:5], stated(PROCEDURE), *lines[5:]]))
    batches = list(open_log(path).batches(batch_rows=4))
    assert sum(batch.events.num_rows for batch in batches) == len(lines)
    found = [one for batch in batches for one in batch.catalogue]
    assert [(one.statement.key, one.statement.source) for one in found] == [
        ("unit:H29.1", "log.jsonl/1 urn:test"),
        ("procedure:1.001193.H29", "log.jsonl/7 urn:test"),
    ]
    assert not any(batch.rejected for batch in batches)


def test_a_message_of_the_catalogue_goes_on_to_the_topic_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(stated(PROCEDURE) + b"\r\n")
    (batch,) = open_log(path).batches()
    ((message_key, value),) = (one.message for one in batch.catalogue)
    assert value.strip() == path.read_bytes().strip()

    class Sent(Received):
        key = message_key

    (statement,), rejected = read_messages([Sent(value, 0, 0)], origin="topic")
    assert rejected == ()
    assert (statement.key, statement.entry) == ("procedure:1.001193.H29", batch.catalogue[0].statement.entry)


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        (stated(UNIT).replace(b"catalogue.unit", b"catalogue.poem"), "invalid_catalogue", "poem"),
        (stated(UNIT).replace(b'"name":', b'"nom":'), "invalid_catalogue", "name"),
        (stated(Unit(code="H1", name="x", successor="H1")), "invalid_catalogue", "cannot succeed itself"),
        (stated(UNIT)[:-1], "malformed_json", "truncated"),
        (stated(UNIT).replace(b"{", b'{"type":1,', 1), "invalid_field", "type"),
    ],
)
def test_a_bad_message_of_the_catalogue_is_rejected_with_its_line(
    tmp_path: Path, line: bytes, reason: str, said: str
) -> None:
    _table, text = events(tmp_path)
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n".join([stated(UNIT), b"{", line, *text.splitlines(), stated(PROCEDURE)]))
    (batch,) = open_log(path).batches()
    assert (batch.events.num_rows, len(batch.catalogue)) == (30, 2)
    malformed, rejected = batch.rejected
    assert (malformed.position, rejected.position, rejected.reason.value) == (2, 3, reason)
    assert said in rejected.detail


def test_an_event_that_only_names_the_catalogue_stays_an_event(tmp_path: Path) -> None:
    _table, text = events(tmp_path)
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.replace(b'"A0"', b'"vn.tinhgon.catalogue.unit.v1"'))
    (batch,) = open_log(path).batches()
    assert (batch.events.num_rows, batch.catalogue, batch.rejected) == (30, (), [])
