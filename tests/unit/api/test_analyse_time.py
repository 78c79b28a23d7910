"""`tinhgon analyse` with a calendar and a catalogue: who held the dossiers, and what is approved."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from ingest import IngestError
from ingest.catalogue_file import read_catalogue
from ingest.catalogue_topic import as_messages
from ingest.encode import encode
from ingest.pseudonym import Pseudonyms, load_key
from ingest.sources import open_log
from ingest.store import open_store
from mining import MiningError

PROCESSES = Path(__file__).parents[3] / "docs" / "templates" / "processes.csv"
LOG = """case_id,activity,time,status,unit,procedure
H1,Nộp hồ sơ,2024-03-04T08:00:00+07:00,1,A,1.009901.000.00.00.H29
H1,Tiếp nhận,2024-03-04T09:00:00+07:00,2,A,1.009901.000.00.00.H29
H1,Yêu cầu bổ sung,2024-03-04T16:00:00+07:00,5,A,1.009901.000.00.00.H29
H1,Nhận bổ sung,2024-03-05T08:00:00+07:00,4,A,1.009901.000.00.00.H29
H1,Xử lý xong,2024-03-05T10:00:00+07:00,9,A,1.009901.000.00.00.H29
H2,Tiếp nhận,2024-03-05T09:00:00+07:00,2,A,1.000002
"""
HOUR = 3600.0


@pytest.fixture(name="analyse")
def _analyse(tmp_path: Path) -> Callable[..., Result]:
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")

    def run(*options: str | Path) -> Result:
        return CliRunner().invoke(commands, ["analyse", str(log), *map(str, options)])

    return run


def procedures(result: Result) -> list:
    assert result.exit_code == 0, result.output
    return sorted(json.loads(result.stdout)["procedures"], key=lambda one: -one["events"])


def test_the_time_of_each_procedure_by_holder(analyse) -> None:
    first, second = procedures(analyse("--json", "-"))
    time = first["time"]
    assert (time["dossiers"], time["taken_in"], time["picked_up"]) == (1, 1, 0)
    assert time["agency"] == {"elapsed_seconds": 9 * HOUR, "working_seconds": 7 * HOUR}
    assert time["citizen"] == {"elapsed_seconds": 16 * HOUR, "working_seconds": 2 * HOUR}
    assert time["total"] == {"elapsed_seconds": 25 * HOUR, "working_seconds": 9 * HOUR}
    assert time["intake"] == {"elapsed_seconds": HOUR, "working_seconds": HOUR}
    assert time["calendar_versions"][0].startswith("public-sector/")
    assert second["time"]["total"] == {"elapsed_seconds": HOUR, "working_seconds": HOUR}, "it runs until log.to"
    assert first["approved"] == second["approved"] == []


def test_a_calendar_of_the_unit_counts_its_hours(analyse, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('code = "A"\n[week]\nmonday-friday = ["09:00-10:00"]\n')
    first, _second = procedures(analyse("--json", "-", "--calendar", file))
    assert first["time"]["agency"] == {"elapsed_seconds": 9 * HOUR, "working_seconds": 2 * HOUR}
    assert any(one.startswith("A/") for one in first["time"]["calendar_versions"])


def test_a_catalogue_brings_the_approved_processes(analyse) -> None:
    first, second = procedures(analyse("--json", "-", "--catalogue", PROCESSES))
    assert [one["decision"] for one in first["approved"]] == ["QĐ 01/QĐ-UBND (ví dụ)"] + ["QĐ 02/QĐ-UBND (ví dụ)"] * 2
    assert [step["hours"] for step in first["approved"][0]["steps"]] == [4, 12, 4, 4, 0]
    assert second["approved"] == []


def test_a_catalogue_is_kept_in_the_store(analyse, tmp_path: Path) -> None:
    store = tmp_path / "kept.duckdb"
    before, _other = procedures(analyse("--json", "-", "--catalogue", PROCESSES, "--store", store))
    after, _other = procedures(analyse("--json", "-", "--store", store))
    assert after == before
    assert len(after["approved"]) == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Who held the dossiers", "Citizen", "7.0 h", "limit 3.0 working days", "Office hours: public-sector/")),
        ("vi", ("Ai giữ hồ sơ", "Công dân", "7,0 giờ", "thời hạn 3,0 ngày làm việc", "Lịch làm việc: public-sector/")),
    ],
)
def test_the_report_says_who_held_the_dossiers_and_what_is_approved(analyse, language: str, said) -> None:
    result = analyse("--catalogue", PROCESSES, "--language", language)
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert [one for one in said if one not in text] == []


@pytest.mark.parametrize(("option", "error"), [("--calendar", MiningError), ("--catalogue", IngestError)])
def test_a_wrong_file_ends_with_the_place_of_its_fault(analyse, tmp_path: Path, option: str, error) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("a,b\n1,2\n")
    result = analyse(option, file)
    assert isinstance(result.exception, error)
    assert "wrong.csv" in str(result.exception)
    missing = analyse(option, tmp_path / "missing.csv")
    assert (missing.exit_code, "missing.csv" in missing.output) == (2, True)


def test_messages_of_the_catalogue_among_the_events_are_taken_over(tmp_path: Path) -> None:
    entries = [one.entry for one in read_catalogue(PROCESSES).placed]
    table = tmp_path / "log.csv"
    table.write_text(LOG, encoding="utf-8")
    events = [value for batch in open_log(table).batches() for _key, value in encode(batch.events)]
    file = tmp_path / "city.jsonl"
    messages = [value for _key, value, _headers in as_messages(entries, source="urn:city", at=datetime.now(UTC))]
    file.write_bytes(b"\n".join([*messages, *events, b'{"type": "vn.tinhgon.catalogue.process.v1"}']))
    store = tmp_path / "city.duckdb"
    for _time in range(2):
        result = CliRunner().invoke(commands, ["analyse", str(file), "--json", "-", "--store", str(store)])
        first, _second = procedures(result)
        assert len(first["approved"]) == 3
        log = json.loads(result.stdout)["log"]
        (refused,), (note,) = log["rejected"], log["notes"]
        assert note == "Messages of the catalogue stand among the events: 4."
        assert (refused["position"], refused["reason"]) == (len(messages) + len(events) + 1, "invalid_catalogue")
    with closing(open_store(store, Pseudonyms(load_key(store.with_suffix(".key"))))) as kept, kept.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM catalogue_entry").fetchone() == (len(entries),)
