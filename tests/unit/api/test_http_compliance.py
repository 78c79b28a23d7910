"""Compliance cost over HTTP and by the command line, of a log, a catalogue and a file of assumptions."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from api.cli import commands
from api.reports import cost_answers as answers
from api.service import Service
from api.settings import Settings
from mining.savings import SavingsError

BATCH = "application/cloudevents-batch+json"
URL = "/v1/reports/compliance-cost"
PLANNED, LOGGED, STEADY = "1.000001.H29", "1.000002.H29", "1.000003.H29"
DAY_ZERO = datetime.fromisoformat("2024-01-02T07:00:00+07:00")
CHANGE_DAY, DAYS = 100, 200
PLAN = {
    "source": "Kế hoạch thử",
    "income_per_hour": {"2024": 50_000},
    "procedures": [
        {
            "procedure": "1.000001.000.00.00.H29",
            "runs_a_year": 1000,
            "before": {"hours": 8, "travel": 60_000.5, "fees": 100_000},
            "after": {"hours": 5, "travel": 30_000, "fees": 100_000},
        }
    ],
}


def stated(kind: str, number: int, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind}-{number}",
        "source": "/catalogue",
        "type": f"vn.tinhgon.catalogue.{kind}.v1",
        "time": DAY_ZERO.isoformat(),
        "data": data,
    }


def process(procedure: str, version: str, since: str) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "version": version,
        "decision": f"QĐ {version}",
        "effective_from": since,
        "limit": {"amount": 40 - int(version), "unit": "hours"},
        "steps": [{"number": "B1", "task": "Thẩm định", "hours": 8}],
    }


def catalogue() -> list[dict[str, Any]]:
    since = (DAY_ZERO + timedelta(days=CHANGE_DAY)).date().isoformat()
    known = [(PLANNED, "Thủ tục A"), (LOGGED, "Thủ tục B"), (STEADY, "Thủ tục C")]
    procedures = [{"code": code, "name": name, "field": "Đất đai"} for code, name in known]
    versions = [process(code, "1", "2023-01-01") for code, _ in known]
    versions += [process(code, "2", since) for code in (PLANNED, LOGGED)]
    return [
        stated(kind, number, data)
        for kind, listed in (("procedure", procedures), ("process", versions))
        for number, data in enumerate(listed)
    ]


def events(served: Any) -> list[dict[str, Any]]:
    """A dossier of each procedure every second day, at the counter with a request for papers, later online without."""
    made = []
    for day in range(0, DAYS, 2):
        late = day >= CHANGE_DAY
        statuses = ((2, 0), (9, 90)) if late else ((2, 0), (5, 30), (4, 60), (9, 90))
        for procedure in (PLANNED, LOGGED, STEADY):
            for status, minute in statuses:
                event = served.event(f"{procedure}-{day}", status, f"Bước {status}", status=status)
                event["time"] = (DAY_ZERO + timedelta(days=day, minutes=minute)).isoformat()
                event["data"] |= {"procedure": procedure, "unit": "U1", "channel": "online" if late else "Trực tiếp"}
                made.append(event)
    return made


@pytest.fixture(scope="module")
def costly(tmp_path_factory: pytest.TempPathFactory, serving_with: Any) -> Iterator[Any]:
    """A service that knows the catalogue, the log and the assumptions."""
    folder = tmp_path_factory.mktemp("costly")
    (folder / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    with serving_with(kafka="off", store=folder / "log.duckdb", compliance=folder / "plan.json") as served:
        taken = served.client.post("/v1/catalogue", content=json.dumps(catalogue()), headers={"Content-Type": BATCH})
        assert taken.status_code < 300, taken.text
        served.take(events(served))
        yield served


def report(served: Any, **chosen: str) -> answers.ComplianceCost:
    answer = served.client.get(URL, params=chosen)
    assert answer.status_code == 200, answer.text
    return answers.ComplianceCost.model_validate(answer.json())


def test_the_report_says_the_cost_by_the_plan_and_by_the_log(costly: Any) -> None:
    found = report(costly)
    assert [row.procedure for row in found.per_procedure] == [PLANNED, LOGGED]
    planned, logged = found.per_procedure
    assert (planned.name, planned.run_basis, logged.run_basis) == ("Thủ tục A", "plan", "log")
    assert planned.run is not None
    assert (str(planned.run.before), planned.run.after) == ("560000.5", 380_000)
    assert planned.by_plan is not None
    assert planned.by_plan.saved == 180_000_500
    assert (found.by_plan.procedures, found.by_plan.saved, found.by_plan.percent) == (1, 180_000_500, 32.14)
    # A dossier at the counter: 2 h to prepare, 3 visits of 2 h, 1 h for the papers; online 2 h and nothing else.
    assert logged.run is not None
    assert logged.run.before == 9 * 50_000 + 3 * 30_000 + 20_000
    assert logged.run.after == 2 * 50_000 + 20_000
    assert (logged.before.channels, logged.before.supplements) == ({"counter": 50}, 50)
    assert (logged.after.channels, logged.after.supplements) == ({"online": 50}, 0)
    assert logged.by_log is not None
    assert (str(logged.by_log.runs), logged.counted.days) == ("183.42", 199)
    assert logged.by_log.saved == (560_000 - 120_000) * logged.by_log.runs
    assert found.by_log.saved == sum(row.by_log.saved for row in found.per_procedure if row.by_log)
    assert found.headline.en.startswith("1 procedures simplified: 180.0 million VND a year saved (32.1 %) by the runs")
    assert found.headline.vi.startswith("1 thủ tục được đơn giản hóa: tiết kiệm 180,0 triệu đồng mỗi năm (32,1 %)")
    assert found.assumptions.source == "Kế hoạch thử"
    assert found.assumptions.procedures[0].before is not None
    assert str(found.assumptions.procedures[0].before.travel) == "60000.5"


def test_whole_amounts_are_whole_numbers_in_json(costly: Any) -> None:
    row = costly.client.get(URL).json()["per_procedure"][0]
    assert (row["by_plan"]["saved"], row["run"]["before"]) == (180_000_500, 560_000.5)
    assert isinstance(row["by_plan"]["saved"], int)


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({"procedure": LOGGED}, [LOGGED]),
        ({"procedure": "1.000001"}, [PLANNED]),
        ({"procedure": STEADY}, []),
        ({"to": "2024-02-01"}, []),
        ({"from": "2024-02-01", "to": "2024-06-01"}, [PLANNED, LOGGED]),
    ],
)
def test_period_and_procedure_choose_rows(costly: Any, chosen: dict[str, str], codes: list[str]) -> None:
    found = report(costly, **chosen)
    assert ([row.procedure for row in found.per_procedure], found.total) == (codes, len(codes))


def test_pages_lead_to_all_rows(costly: Any) -> None:
    first = report(costly, limit="1")
    assert first.next is not None
    second = report(costly, limit="1", cursor=first.next)
    assert [row.procedure for row in (*first.per_procedure, *second.per_procedure)] == [PLANNED, LOGGED]
    assert second.next is None


def test_an_early_end_of_the_log_is_kept_to(costly: Any) -> None:
    found = report(costly, as_of="2024-03-01")
    assert [row.run_basis for row in found.per_procedure] == ["plan", None]
    assert found.per_procedure[1].after.dossiers == 0
    assert "the log has 30 dossiers before the change and 0 after" in found.per_procedure[1].warnings[0].en


def test_figures_of_the_log_drill_down_to_their_dossiers(costly: Any) -> None:
    row = report(costly, procedure=LOGGED).per_procedure[0]
    for side in ("counted", "before", "after"):
        asked = {"procedure": "1.000002", "side": side, "limit": "40"}
        page = answers.CostDossierPage.model_validate(costly.client.get(f"{URL}/dossiers", params=asked).json())
        known = getattr(row, side)
        assert (page.procedure, page.total, page.first_day) == (LOGGED, known.dossiers, known.first_day)
        items = list(page.items)
        while page.next:
            following = costly.client.get(f"{URL}/dossiers", params={**asked, "cursor": page.next}).json()
            page = answers.CostDossierPage.model_validate(following)
            items += page.items
        assert len({one.dossier for one in items}) == known.dossiers
        assert sum(one.supplements for one in items) == known.supplements
    assert costly.client.get(f"/v1/dossiers/{items[0].dossier}").status_code == 200


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        (URL, {"from": "2024-06-01", "to": "2024-06-01"}),
        (URL, {"format": "doc"}),
        (f"{URL}/dossiers", {}),
        (f"{URL}/dossiers", {"procedure": STEADY}),
        (f"{URL}/dossiers", {"procedure": LOGGED, "side": "both"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(costly: Any, path: str, chosen: dict[str, str]) -> None:
    refused = costly.client.get(path, params=chosen)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")


def test_the_table_has_the_same_figures_in_every_form(costly: Any) -> None:
    read = list(csv.DictReader(io.StringIO(costly.client.get(f"{URL}?format=csv").content.decode("utf-8-sig"))))
    assert [row["procedure"] for row in read] == [PLANNED, LOGGED]
    assert (read[0]["plan_saved"], read[0]["run_before"], read[1]["plan_saved"]) == ("180000500.00", "560000.50", "")
    parquet = pq.read_table(io.BytesIO(costly.client.get(f"{URL}?format=parquet").content)).to_pylist()
    assert parquet[0]["plan_saved"] == 180_000_500
    spoken = costly.client.get(f"{URL}?format=xlsx", headers={"Accept-Language": "vi"})
    book = openpyxl.load_workbook(io.BytesIO(spoken.content))
    assert book["Chi phí tuân thủ"]["A2"].value == PLANNED
    notes = "\n".join(str(row[0].value) for row in book["notes"])
    assert "Nguồn: Kế hoạch thử" in notes
    assert "1.000 lượt mỗi năm x 1 đối tượng; trước 8 giờ, đi lại 60.000,5" in notes


def test_the_command_prints_what_the_service_says(costly: Any, tmp_path: Path) -> None:
    base, out = str(costly.client.base_url), tmp_path / "cost.csv"
    run = ["report", "compliance-cost", "--service", base]
    told = CliRunner().invoke(commands, [*run, "--language", "vi", "--out", str(out)])
    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    assert "1 thủ tục được đơn giản hóa: tiết kiệm 180,0 triệu đồng mỗi năm (32,1 %)" in said
    assert "Nguồn: Kế hoạch thử" in said
    assert out.read_bytes() == costly.client.get(f"{URL}?format=csv", headers={"Accept-Language": "vi"}).content
    as_json = CliRunner().invoke(commands, [*run, "--json"])
    assert json.loads(as_json.output) == costly.client.get(URL).json()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--service", "http://127.0.0.1:9"], "does not answer"),
        (["--assumptions", __file__], "--assumptions goes with --store"),
        (["--out", "x.doc"], "has to end in"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(arguments: list[str], said: str) -> None:
    told = CliRunner().invoke(commands, ["report", "compliance-cost", *arguments])
    assert told.exit_code in (1, 2)
    assert said in told.output


def test_a_service_does_not_start_with_assumptions_that_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"source": "x", "procedures": 3}', encoding="utf-8")
    with pytest.raises(SavingsError, match=r"TINHGON_COMPLIANCE: .*plan\.json: key 'procedures' = 3"):
        Service(Settings(kafka="off", store=tmp_path / "log.duckdb", compliance=tmp_path / "plan.json"))
