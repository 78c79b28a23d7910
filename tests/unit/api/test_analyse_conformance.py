"""`tinhgon analyse --catalogue` says what happens against what was approved, for people and for machines."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from mining.conformance.mapping_file import MappingFileError

LOG = """case_id,activity,time,status,procedure
A,Tiếp nhận,2025-03-03T08:00:00+07:00,2,1.001193.H29
A,Thẩm định,2025-03-03T10:00:00+07:00,4,1.001193.H29
A,Ký,2025-03-03T11:00:00+07:00,9,1.001193.H29
B,Tiếp nhận,2025-03-03T08:00:00+07:00,2,1.001193.H29
B,Thẩm tra hồ sơ,2025-03-03T10:00:00+07:00,4,1.001193.H29
B,Ký,2025-03-03T11:00:00+07:00,9,1.001193.H29
C,Tiếp nhận,2025-03-03T08:00:00+07:00,2,unapproved
"""
STEPS = [("B1", "Tiếp nhận", 4), ("B2", "Thẩm định", 8), ("B3", "Ký", 4)]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "catalogue.csv"
    columns = [
        *("procedure", "version", "decision", "effective_from", "limit", "limit_unit"),
        *("step", "task", "hours"),
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for number, task, hours in STEPS:
            writer.writerow(["1.001193.H29", "1", "QĐ 1", "2024-01-01", 2, "working_days", number, task, hours])
    return file


@pytest.fixture
def analyse(tmp_path: Path, catalogue: Path) -> Callable[..., Result]:
    def run(*options: str | Path) -> Result:
        file = tmp_path / "log.csv"
        file.write_text(LOG, encoding="utf-8")
        result = CliRunner().invoke(commands, ["analyse", str(file), "--catalogue", str(catalogue), *map(str, options)])
        assert result.exit_code == 0, result.output
        return result

    return run


def test_it_is_written_for_machines(analyse: Callable[..., Result]) -> None:
    found = json.loads(analyse("--json", "-").stdout)["conformance"]
    assert (found["accepted"], found["uncompared"]) == (3, 1)
    assert found["fit"] == {
        "dossiers": 2,
        "conforming": 1,
        "fitting": 1,
        "inexact": 0,
        "fitness": pytest.approx(1 - 2 / 12),
        "conforming_share": 0.5,
    }
    assert {(one["kind"], one["number"] or one["activity"], one["procedure"]) for one in found["deviations"]} == {
        ("skipped", "B2", "1.001193.H29"),
        ("extra", "Thẩm tra hồ sơ", "1.001193.H29"),
    }
    likely = found["suggestions"][0]
    assert (likely["activity"], likely["number"]) == ("Thẩm tra hồ sơ", "B2")
    assert [one["name"] for one in found["procedures"]] == ["1.001193.H29"]
    assert "could not be compared" in found["notes"][0]["en"]


def test_it_is_printed_for_people(analyse: Callable[..., Result]) -> None:
    told = " ".join(analyse("--language", "vi").output.split())
    assert "Đối chiếu với quy trình được duyệt: 50,0 % hồ sơ tuân thủ (1 trên 2), độ phù hợp 0,833" in told
    assert "bỏ qua" in told
    assert "có thể là bước B2 Thẩm định?" in told
    assert "Sai lệch là điều cần hỏi, không phải kết luận" in told
    told = " ".join(analyse("--language", "en").output.split())
    assert "Against the approved processes: 50.0 % of the dossiers conform (1 of 2), fitness 0.833" in told
    assert "A deviation is a reason to ask, not a verdict" in told


def test_a_mapping_decides(analyse: Callable[..., Result], tmp_path: Path) -> None:
    mapping = tmp_path / "steps.csv"
    mapping.write_text("activity,step\nThẩm tra hồ sơ,B2\n", encoding="utf-8")
    found = json.loads(analyse("--step-mapping", mapping, "--json", "-").stdout)["conformance"]
    assert (found["fit"]["conforming"], found["deviations"], found["suggestions"]) == (2, [], [])


def test_a_wrong_mapping_ends_it_with_the_lines_that_are_wrong(catalogue: Path, tmp_path: Path) -> None:
    file, mapping = tmp_path / "log.csv", tmp_path / "steps.csv"
    file.write_text(LOG, encoding="utf-8")
    mapping.write_text("activity,step\n,B2\n", encoding="utf-8")
    result = CliRunner().invoke(
        commands, ["analyse", str(file), "--catalogue", str(catalogue), "--step-mapping", str(mapping)]
    )
    assert isinstance(result.exception, MappingFileError)  # of which `main` makes a message and the exit code 1
    assert "line 2: the activity is blank" in str(result.exception)


def test_without_approved_processes_there_is_nothing_to_compare(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    result = CliRunner().invoke(commands, ["analyse", str(file), "--json", "-"])
    assert json.loads(result.stdout)["conformance"] is None


def test_a_report_on_a_store_ranks_and_writes_a_table(analyse: Callable[..., Result], tmp_path: Path) -> None:
    store, out = tmp_path / "log.duckdb", tmp_path / "conformance.csv"
    analyse("--store", store)
    asked = ["report", "conformance", "--store", str(store), "--out", str(out)]
    result = CliRunner().invoke(commands, [*asked, "--language", "vi"])
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    assert "50,0 % hồ sơ tuân thủ (1 trên 2)" in told
    assert "Thủ tục nhiều sai lệch nhất" in told
    assert out.read_text(encoding="utf-8-sig").splitlines()[0].startswith('"procedure","dossiers"')
    found = json.loads(CliRunner().invoke(commands, [*asked, "--json", "--by", "unit"]).stdout)
    assert (found["by"], found["fit"]["conforming"], found["total"]) == ("unit", 1, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--store", "here", "--service", "http://x"], "give one of them"),
        (["--step-mapping", "here"], "goes with --store"),
        (["--store", "here", "--out", "x.pdf"], ".parquet"),
    ],
)
def test_a_wrong_use_of_the_report_is_told(options: list[str], said: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.write_text("", encoding="utf-8")
    given = [str(here) if one == "here" else one for one in options]
    result = CliRunner().invoke(commands, ["report", "conformance", *given])
    assert result.exit_code == 2
    assert said in result.output
