"""`tinhgon what-if` on a log file, on a store, and by a running service."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from api.what_if.answers import WhatIfAnswer

WIDE = {"COLUMNS": "200"}
SIGN = ["--edit", 'sittings role="Lãnh đạo Sở" times=none']
FEW = ["--replications", "2"]


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(commands, ["what-if", *map(str, arguments)], env=WIDE)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("what-if") / "city.jsonl"
    made = ["city", "--scenario", "small", "--dossiers", "1200", "--seed", "3", "--to", str(file)]
    assert CliRunner().invoke(commands, made).exit_code == 0
    return file


def test_without_a_change_it_says_how_good_it_is_and_who_works(log: Path) -> None:
    said = run(log, *FEW, "--language", "en").stdout
    assert "How good the simulation is" in said
    assert "Desks" in said
    assert "10:00 15:30" in said
    assert "With the change" not in said


def test_a_change_is_told_in_both_languages_and_as_json(log: Path, tmp_path: Path) -> None:
    english = run(log, *SIGN, *FEW, "--language", "en").stdout
    vietnamese = run(log, *SIGN, *FEW, "--language", "vi").stdout
    assert "Saved a year" in english
    assert "Tiết kiệm mỗi năm" in vietnamese
    file = tmp_path / "edits.json"
    file.write_text(json.dumps([{"edit": "sittings", "role": "Lãnh đạo Sở", "times": []}]), encoding="utf-8")
    answer = WhatIfAnswer.model_validate_json(run(log, "--edits", file, *FEW, "--json").stdout)
    assert answer.edits == [{"edit": "sittings", "role": "Lãnh đạo Sở", "times": []}]
    assert answer.saved is not None
    assert answer.saved.working_hours.estimate > 0


def test_a_store_and_a_service_give_the_same_answer(log: Path, tmp_path: Path, serving: Callable[..., Any]) -> None:
    store = tmp_path / "log.duckdb"
    analysed = CliRunner().invoke(commands, ["analyse", str(log), "--store", str(store), "--json", "-"], env=WIDE)
    assert analysed.exit_code == 0
    local = run("--store", store, *SIGN, *FEW, "--json").stdout
    with serving(store=store) as served:
        served.wait_until_mined()
        remote = run("--service", str(served.client.base_url), *SIGN, *FEW, "--json").stdout
        refused = run("--service", str(served.client.base_url), "--edit", "magic", code=1)
        failed = run("--service", str(served.client.base_url), "--edit", "remove_step activity=Bay", *FEW, code=1)
    assert json.loads(remote)["saved"] == json.loads(local)["saved"]
    assert "'magic' is no change" in refused.output
    assert "no step 'Bay'" in failed.output


def test_wrong_use_is_told(log: Path, tmp_path: Path) -> None:
    assert "give one of" in run(code=2).output
    assert "give one of" in run(log, "--service", "http://127.0.0.1:1", code=2).output
    assert "does not answer" in run("--service", "http://127.0.0.1:1", code=1).output
    assert "write an address" in run("--service", "ftp://here", code=2).output
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    failed = CliRunner().invoke(commands, ["what-if", str(log), "--edits", str(bad)])
    assert "is no JSON list of changes" in str(failed.exception)
