"""`tinhgon analyse` and `tinhgon report` on lost hours, units and opportunities: printed, as JSON, as tables."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from api.improvement import answers
from api.improvement.tables import where

WIDE = {"COLUMNS": "200"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("improvement")


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(commands, [*map(str, arguments)], env=WIDE)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def log(folder: Path) -> Path:
    file = folder / "city.jsonl"
    run("city", "--scenario", "small", "--dossiers", "1500", "--seed", "3", "--to", file)
    return file


@pytest.fixture(scope="module")
def analysed(folder: Path, log: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("analyse", log, "--store", folder / "s.duckdb", "--json", "-").stdout)
    return found


@pytest.fixture(scope="module")
def store(folder: Path, analysed: dict[str, Any]) -> Path:
    assert analysed
    return folder / "s.duckdb"


def test_the_document_has_every_grain_all_units_and_all_opportunities(analysed: dict[str, Any]) -> None:
    grains = analysed["bottlenecks"]
    assert list(grains) == ["procedure", "step", "hand_over", "unit", "officer_role", "hour"]
    totals = {page["lost_hours_a_year"]["estimate"] for page in grains.values()}
    assert max(totals) == pytest.approx(min(totals))
    assert all(0 < len(page["items"]) <= 20 for page in grains.values())
    answers.BottleneckPage.model_validate({**grains["step"], "next": None})
    answers.UnitPage.model_validate({**analysed["units"], "next": None})
    found = analysed["opportunities"]
    assert sum(one["net_hours_a_year"] for one in found["items"]) == pytest.approx(found["potential"]["estimate"])
    assert all(one["kind"] == "limit" and one["proposed"] for one in found["limits"])
    saved = analysed["savings"]
    assert saved["potential_hours_a_year"] == found["potential"]
    assert all(row["potential_hours_a_year"]["estimate"] >= 0 for row in saved["per_procedure"])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Working hours lost", "Working hours lost by post", "What could be changed", "places were looked at")),
        ("vi", ("Giờ làm việc bị mất", "theo vị trí", "Có thể đổi gì để hồ sơ nhanh hơn", "xử lý theo lô")),
    ],
)
def test_the_report_is_printed_in_both_languages(log: Path, language: str, said: tuple[str, ...]) -> None:
    text = run("analyse", log, "--language", language).stdout
    assert [one for one in said if one not in text] == []


def test_a_store_is_ranked_at_any_grain(store: Path, analysed: dict[str, Any], folder: Path) -> None:
    out = folder / "posts.csv"
    told = run("report", "bottlenecks", "--store", store, "--by", "officer_role", "--json", "--out", out)
    page = answers.BottleneckPage.model_validate_json(told.stdout)
    assert page.by == ["target_unit", "target_role"]
    first = analysed["bottlenecks"]["officer_role"]["items"][0]
    assert page.items[0].model_dump(mode="json") == first
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == page.total
    assert rows[0]["target_unit"] == first["key"]["target_unit"]
    printed = run("report", "bottlenecks", "--store", store, "--by", "unit,hour", "--top", "2").stdout
    assert "more (see --json)" in printed
    unit = first["key"]["target_unit"]
    own = run("report", "bottlenecks", "--store", store, "--unit", unit, "--from", "2024-01-01", "--json").stdout
    assert answers.BottleneckPage.model_validate_json(own).lost_hours_a_year.estimate > 0
    assert "none is lost" not in own


def test_opportunities_of_a_store(store: Path, analysed: dict[str, Any], folder: Path) -> None:
    out = folder / "found.parquet"
    told = run("report", "opportunities", "--store", store, "--json", "--out", out)
    page = answers.OpportunityPage.model_validate_json(told.stdout)
    assert [one.model_dump(mode="json") for one in page.items] == analysed["opportunities"]["items"]
    assert pq.read_table(out)["id"].to_pylist() == [one.id for one in page.items]
    limits = run("report", "opportunities", "--store", store, "--kind", "limit", "--json").stdout
    kinds = {one.kind for one in answers.OpportunityPage.model_validate_json(limits).items}
    assert kinds <= {"limit"}
    channels = [
        answers.OpportunityPage.model_validate_json(
            run("report", "opportunities", "--store", store, "--channel", channel, "--json").stdout
        ).potential.estimate
        for channel in ("counter", "online", "postal")
    ]
    assert sum(channels) == pytest.approx(page.potential.estimate)
    assert "a year could still be saved" in run("report", "opportunities", "--store", store).stdout


def test_a_running_service_says_the_same(serving_with: Any, store: Path, folder: Path) -> None:
    by_store = run("report", "opportunities", "--store", store, "--json").stdout
    lost = run("report", "bottlenecks", "--store", store, "--by", "hour", "--json").stdout
    with serving_with(kafka="off", store=store) as served:
        served.wait_until_mined()
        url = str(served.client.base_url)
        out = folder / "remote.csv"
        told = run("report", "opportunities", "--service", url, "--json", "--out", out).stdout
        assert json.loads(told) == json.loads(by_store)
        assert json.loads(run("report", "bottlenecks", "--service", url, "--by", "hour", "--json").stdout) == (
            json.loads(lost)
        )
    assert len(list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))) == json.loads(told)["total"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--store", "STORE", "--service", "http://127.0.0.1:1"), "give one of them"),
        (("--store", "STORE", "--by", "officer"), "choose from"),
        (("--store", "STORE", "--out", "x.doc"), "has to end in"),
    ],
)
def test_wrong_use_is_refused(store: Path, options: tuple[str, ...], said: str) -> None:
    given = [str(store) if one == "STORE" else one for one in options]
    assert said in run("report", "bottlenecks", *given, code=2).output


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    def analyse(text: str) -> dict[str, Any]:
        file = tmp_path / "log.csv"
        file.write_text(text, encoding="utf-8")
        run("analyse", file)
        found: dict[str, Any] = json.loads(run("analyse", file, "--json", "-").stdout)
        return found

    return analyse


@pytest.mark.parametrize(
    "text",
    [
        "case_id,activity,time\nH1,A,2024-03-04T08:10:00+07:00\n",
        "case_id,activity,time\nH1,A,2024-03-04T08:10:00+07:00\nH1,B,2024-03-04T08:10:00+07:00\n",
        "case_id,activity,time,lifecycle\nH1,A,2024-03-04T08:10:00+07:00,start\n",
        "case_id,activity,start,time\nH1,A,2024-03-04T08:10:00+07:00,2024-03-04T07:10:00+07:00\n",
    ],
)
def test_logs_that_tell_little_yield_little_and_say_why(small: Callable[[str], dict[str, Any]], text: str) -> None:
    found = small(text)
    assert found["opportunities"]["items"] == found["units"]["items"] == []
    assert found["opportunities"]["reasons"] != []
    assert found["opportunities"]["potential"]["estimate"] == 0


def test_a_place_is_one_line() -> None:
    assert where({"unit": "H29", "roles": None}) == "H29"
    process = 'process:["1.0","hộ gia đình","","2"]'
    assert where({"procedure": "1.0", "process_key": process, "limit_unit": "hours"}) == "1.0 · hộ gia đình · 2"
