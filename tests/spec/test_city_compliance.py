"""Can Tho in 2023 from end to end: the city, its store, and the compliance cost that its plan promised."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import commands
from api.reports.cost_answers import ComplianceCost


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(commands, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def can_tho(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("can-tho")
    city = ("city", "--scenario", "can-tho-2023", "--dossiers", "400", "--to", folder / "city.jsonl")
    run(*city, "--assumptions", folder / "plan.json", "--truth", folder / "truth.json")
    run("analyse", folder / "city.jsonl", "--store", folder / "city.duckdb")
    return folder


def test_seven_procedures_save_what_the_plan_promised(can_tho: Path) -> None:
    store, plan = can_tho / "city.duckdb", can_tho / "plan.json"
    cost = ("report", "compliance-cost", "--store", store, "--assumptions", plan)
    found = ComplianceCost.model_validate_json(run(*cost, "--json"))
    assert (found.by_plan.procedures, found.by_plan.saved) == (7, 593_540_000)
    assert found.by_plan.saved > 593_000_000
    assert found.by_plan.percent == 17.82
    assert {(row.run_basis, row.income_year) for row in found.per_procedure} == {("plan", 2023)}
    told = " ".join(run(*cost, "--language", "vi", "--top", "0").split())
    assert told.startswith("7 thủ tục được đơn giản hóa: tiết kiệm 593,5 triệu đồng mỗi năm (17,8 %) theo số lượt")
    english = " ".join(run(*cost, "--language", "en", "--top", "0").split())
    assert english.startswith(
        "7 procedures simplified: 593.5 million VND a year saved (17.8 %) by the runs of the plan"
    )


def test_the_runs_of_the_log_are_those_of_the_events(can_tho: Path) -> None:
    """Counted anew from the file: a dossier is taken in where one of its events has status 2."""
    taken_in: dict[str, set[str]] = {}
    for line in (can_tho / "city.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["type"].startswith("vn.tinhgon.dossier") and event["data"].get("status") == 2:
            taken_in.setdefault(event["data"]["procedure"], set()).add(event["subject"])
    asked = ("report", "compliance-cost", "--store", can_tho / "city.duckdb", "--json")
    found = ComplianceCost.model_validate_json(run(*asked))
    assert len(found.per_procedure) == 7
    for row in found.per_procedure:
        assert row.counted.dossiers == len(taken_in[row.procedure])
        assert row.before.dossiers + row.after.dossiers == row.counted.dossiers
        assert row.counted.runs_a_year == round(Decimal(row.counted.dossiers) * 365 / row.counted.days, 2)
    assert "no official figures" in found.warnings[0].en
