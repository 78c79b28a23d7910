"""`tinhgon analyse` on why dossiers waited: by role, by officer, printed, and what it says when it cannot tell."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import commands

LOG = """case_id,activity,start,time,role,officer,procedure
H1,Tiếp nhận,2024-03-04T08:00:00+07:00,2024-03-04T08:10:00+07:00,Một cửa,Lan,P1
H1,Thẩm định,2024-03-04T10:10:00+07:00,2024-03-04T10:40:00+07:00,Chuyên viên,An,P1
H2,Tiếp nhận,2024-03-04T08:20:00+07:00,2024-03-04T08:30:00+07:00,Một cửa,Lan,P1
H2,Thẩm định,2024-03-04T08:40:00+07:00,2024-03-04T10:10:00+07:00,Chuyên viên,An,P1
"""
ENDS_ONLY = """case_id,activity,time
H1,Tiếp nhận,2024-03-04T08:10:00+07:00
H1,Thẩm định,2024-03-04T10:40:00+07:00
"""


@pytest.fixture(name="analyse")
def _analyse(tmp_path: Path) -> Callable[..., Result]:
    def run(log: str, *options: str | Path) -> Result:
        file = tmp_path / "log.csv"
        file.write_text(log, encoding="utf-8")
        result = CliRunner().invoke(commands, ["analyse", str(file), *map(str, options)])
        assert result.exit_code == 0, result.output
        return result

    return run


def waiting(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)["waiting"]
    return found


def test_hand_overs_are_between_roles_and_nobody_is_named(analyse: Callable[..., Result]) -> None:
    told = analyse(LOG, "--json", "-")
    found = waiting(told)
    assert (found["rule"], found["resource"]) == ("strict", "role")
    (row,) = found["transitions"]
    assert (row["source_resource"], row["target_resource"]) == ("Một cửa", "Chuyên viên")
    assert (row["frequency"], row["wait_seconds"], row["dossiers"]) == (2, 7800, 2)
    assert sum(row[cause] for cause in found["by_cause"]) == row["wait_seconds"] == found["total_seconds"]
    assert row["prioritization"] == 5400, "H2 came later and was done before"
    assert "Lan" not in told.stdout


def test_officers_have_the_names_that_the_file_gives_them(analyse: Callable[..., Result]) -> None:
    found = waiting(analyse(LOG, "--json", "-", "--resource", "officer"))
    assert [row["target_resource"] for row in found["transitions"]] == ["An"]
    assert found["resource"] == "officer"


def test_officers_of_a_file_that_is_not_read_keep_their_pseudonyms(
    analyse: Callable[..., Result], tmp_path: Path
) -> None:
    store = tmp_path / "kept.duckdb"
    analyse(LOG, "--store", store)
    found = waiting(analyse(ENDS_ONLY, "--json", "-", "--store", store, "--resource", "officer"))
    targets = {row["target_resource"] for row in found["transitions"]}
    assert "An" not in targets
    assert any(name and len(name) == 36 for name in targets)


def test_a_calendar_names_officers_too(analyse: Callable[..., Result], tmp_path: Path) -> None:
    calendar = tmp_path / "calendar.json"
    calendar.write_text(json.dumps({"An": {"MONDAY-FRIDAY": [["03:00", "09:00"]]}}))
    without = waiting(analyse(LOG, "--json", "-"))
    found = waiting(analyse(LOG, "--json", "-", "--calendar", calendar))
    assert without["by_cause"]["unavailability"] == 0
    assert found["by_cause"]["unavailability"] == (30 + 10) * 60, "An is not there before 10:00 but worked from 8:40 on"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Why dossiers wait", "Prioritization", "Tiếp nhận · Một cửa", "Main cause", "by the rule strict")),
        ("vi", ("Vì sao hồ sơ phải chờ", "Bị vượt lượt", "Chờ tới lượt", "Nguyên nhân chính")),
    ],
)
def test_the_report_says_why(analyse: Callable[..., Result], language: str, said: tuple[str, ...]) -> None:
    text = " ".join(analyse(LOG, "--language", language).stdout.split())
    assert [one for one in said if one not in text] == []


@pytest.mark.parametrize(("language", "said"), [("en", "have an estimated start"), ("vi", "bắt đầu ước tính")])
def test_what_is_estimated_is_marked(analyse: Callable[..., Result], language: str, said: str) -> None:
    found = waiting(analyse(ENDS_ONLY, "--json", "-"))
    assert found["estimated_share"] == 1
    assert {one["code"] for one in found["reasons"]} == {"estimated_starts", "no_officer", "estimated_without_officer"}
    assert said in " ".join(analyse(ENDS_ONLY, "--language", language).stdout.split())


def test_every_row_that_rests_on_estimates_is_marked(analyse: Callable[..., Result]) -> None:
    some_known = LOG.replace("2024-03-04T10:10:00+07:00,2024-03-04T10:40", ",2024-03-04T10:40")
    (row,) = waiting(analyse(some_known, "--json", "-"))["transitions"]
    assert row["estimated_share"] == 0.5
    printed = " ".join(analyse(some_known, "--language", "en").stdout.split())
    assert "50.0 %" in printed
    assert "Estimated" not in " ".join(analyse(LOG, "--language", "en").stdout.split())


def test_a_log_without_steps_says_so(analyse: Callable[..., Result]) -> None:
    found = waiting(analyse("case_id,activity,time,lifecycle\nH1,x,2024-03-04T08:10:00+07:00,start\n", "--json", "-"))
    assert (found["steps"], found["cte"], found["transitions"]) == (0, None, [])
    assert [one["code"] for one in found["reasons"]] == ["no_steps"]
