"""The time-saved account over HTTP, as metrics and by the command line, of a log and a catalogue that were posted."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from api.cli import commands
from api.reports import answers

BATCH = "application/cloudevents-batch+json"
CHANGED, STEADY = "1.000001.H29", "1.000002.H29"
DAY_ZERO = datetime.fromisoformat("2024-01-01T07:00:00+07:00")
CHANGE_DAY = 120


def stated(kind: str, number: int, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind}-{number}",
        "source": "/catalogue",
        "type": f"vn.tinhgon.catalogue.{kind}.v1",
        "time": DAY_ZERO.isoformat(),
        "data": data,
    }


def process(procedure: str, version: str, hours: float, since: str) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "version": version,
        "decision": f"QĐ {version}",
        "effective_from": since,
        "limit": {"amount": hours, "unit": "hours"},
        "steps": [{"number": "B1", "task": "Thẩm định", "hours": hours}],
    }


def catalogue() -> list[dict[str, Any]]:
    since = (DAY_ZERO + timedelta(days=CHANGE_DAY)).date().isoformat()
    return [
        stated("procedure", 1, {"code": CHANGED, "name": "Thủ tục A", "field": "Đất đai"}),
        stated("procedure", 2, {"code": STEADY, "name": "Thủ tục B", "field": "Đất đai"}),
        stated("process", 1, process(CHANGED, "1", 40, "2023-01-01")),
        stated("process", 2, process(CHANGED, "2", 30, since)),
        stated("process", 3, process(STEADY, "1", 24, "2023-01-01")),
    ]


def events(served: Any) -> list[dict[str, Any]]:
    """A dossier of each procedure on every day but weekends; the changed one takes 2 h less from the change on."""
    made = []
    for day in range(240):
        accepted = DAY_ZERO + timedelta(days=day, minutes=7 * day % 30)
        if accepted.weekday() > 4:
            continue
        for procedure, hours in ((CHANGED, 3.0 if day < CHANGE_DAY else 1.0), (STEADY, 2.0)):
            dossier = f"{procedure}-{day}"
            for status, at in ((2, accepted), (9, accepted + timedelta(hours=hours * (1 + day % 5 / 20)))):
                event = served.event(dossier, status, "Tiếp nhận" if status == 2 else "Kết thúc", status=status)
                event["time"] = at.isoformat()
                event["data"] |= {"procedure": procedure, "unit": f"U{day % 2}", "channel": "online"}
                made.append(event)
    return made


@pytest.fixture(scope="module")
def saved(blank: Any) -> Any:
    """A service that knows the catalogue and the log."""
    taken = blank.client.post("/v1/catalogue", content=json.dumps(catalogue()), headers={"Content-Type": BATCH})
    assert taken.status_code < 300, taken.text
    blank.take(events(blank))
    return blank


def test_the_account_says_what_was_promised_and_what_was_realised(saved: Any) -> None:
    found = answers.TimeSaved.model_validate(saved.client.get("/v1/reports/time-saved").json())
    assert (found.procedures, found.changed, found.reengineered) == (2, 1, 1)
    assert (found.nominal_hours, found.mean_percent) == (10.0, 25.0)
    assert found.volume_hours == 10.0 * found.realised.taken_in > 0
    assert [row.procedure for row in found.per_procedure] == [CHANGED]
    row = found.per_procedure[0]
    assert (row.name, row.field, row.verdict) == ("Thủ tục A", "Đất đai", "realised")
    assert row.realised.per_dossier is not None
    assert row.realised.per_dossier.estimate == pytest.approx(2.2, abs=0.3)
    assert found.realised_hours.low is not None
    assert found.realised_hours.high is not None
    assert 0 < found.realised_hours.low < found.realised_hours.estimate < found.realised_hours.high
    assert sum(one.realised.hours.estimate for one in found.sums["unit"]) == pytest.approx(
        found.realised_hours.estimate
    )
    assert "1 of 2 procedures re-engineered: 10.0 h nominal" in found.headline.en
    assert "1 trên 2 thủ tục được tái cấu trúc: giảm 10,0 giờ" in found.headline.vi


def test_the_potential_stands_beside_what_was_realised(saved: Any) -> None:
    found = answers.TimeSaved.model_validate(saved.client.get("/v1/reports/time-saved").json())
    searched = saved.client.get("/v1/opportunities").json()["potential"]
    assert found.potential_hours_a_year is not None
    assert found.potential_hours_a_year.model_dump() == pytest.approx(searched)
    assert found.per_procedure[0].potential_hours_a_year is not None
    own = answers.ProcedureSavings.model_validate(saved.client.get(f"/v1/procedures/{CHANGED}/savings").json())
    assert own.potential_hours_a_year == found.per_procedure[0].potential_hours_a_year
    past = saved.client.get("/v1/reports/time-saved", params={"as_of": "2024-06-01"}).json()
    assert past["potential_hours_a_year"] is None


def test_the_same_store_gives_the_same_bytes(saved: Any) -> None:
    url = "/v1/reports/time-saved"
    first = saved.client.get(url)
    again = saved.client.get(url, headers={"Cache-Control": "no-cache"})
    assert first.content == again.content
    assert saved.client.get(url, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ({"field": "Đất đai"}, 1),
        ({"field": "Hộ tịch"}, 0),
        ({"verdict": "realised"}, 1),
        ({"verdict": "regressed"}, 0),
        ({"unit": "U0"}, 1),
        ({"unit": "U9"}, 0),
        ({"from": "2024-06-01"}, 0),
        ({"from": "2024-02-01", "to": "2024-06-01"}, 1),
        ({"as_of": "2024-02-01"}, 1),
    ],
)
def test_filters_choose_procedures_and_dossiers(saved: Any, chosen: dict[str, str], rows: int) -> None:
    found = answers.TimeSaved.model_validate(saved.client.get("/v1/reports/time-saved", params=chosen).json())
    assert (len(found.per_procedure), found.total) == (rows, rows)
    if "as_of" in chosen:
        assert found.per_procedure[0].verdict == "too_few_dossiers"


@pytest.mark.parametrize("chosen", [{"from": "2024-06-01", "to": "2024-06-01"}, {"verdict": "x"}, {"format": "doc"}])
def test_what_makes_no_sense_is_refused_with_a_reason(saved: Any, chosen: dict[str, str]) -> None:
    refused = saved.client.get("/v1/reports/time-saved", params=chosen)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")


def test_the_table_has_the_same_figures_in_every_form(saved: Any) -> None:
    row = saved.client.get("/v1/reports/time-saved").json()["per_procedure"][0]
    url = "/v1/reports/time-saved?format="
    read = list(csv.DictReader(io.StringIO(saved.client.get(f"{url}csv").content.decode("utf-8-sig"))))
    assert (read[0]["procedure"], float(read[0]["nominal_hours"])) == (CHANGED, 10.0)
    assert float(read[0]["realised_hours"]) == row["realised"]["hours"]["estimate"]
    parquet = pq.read_table(io.BytesIO(saved.client.get(f"{url}parquet").content)).to_pylist()
    assert parquet[0]["realised_hours"] == row["realised"]["hours"]["estimate"]
    spoken = saved.client.get(f"{url}xlsx", headers={"Accept-Language": "vi"})
    book = openpyxl.load_workbook(io.BytesIO(spoken.content))
    assert book["Thời gian tiết kiệm"]["A2"].value == CHANGED
    assert "trên 2 thủ tục" in str(book["notes"]["A1"].value)


def test_a_procedure_shows_its_versions(saved: Any) -> None:
    found = answers.ProcedureSavings.model_validate(saved.client.get(f"/v1/procedures/{CHANGED}/savings").json())
    assert found.of is not None
    assert [(one.process_version, one.previous_version, one.kind) for one in found.processes] == [
        ("2", "1", "shortened")
    ]
    assert sum(one.realised.taken_in for one in found.months) == found.of.realised.taken_in
    steady = saved.client.get(f"/v1/procedures/{STEADY}/savings").json()
    assert (steady["of"], [one["kind"] for one in steady["processes"]]) in ((None, []), (steady["of"], ["first"]))
    assert saved.client.get("/v1/procedures/9.999999/savings").status_code == 404


def test_every_figure_drills_down_to_its_dossiers(saved: Any) -> None:
    report = answers.TimeSaved.model_validate(saved.client.get("/v1/reports/time-saved").json())
    url = "/v1/reports/time-saved/dossiers"
    page = answers.SavedDossierPage.model_validate(saved.client.get(url, params={"limit": 10}).json())
    assert (page.total, len(page.items)) == (report.realised.taken_in, 10)
    assert page.saved_hours == pytest.approx(report.realised_hours.estimate)
    following = saved.client.get(url, params={"limit": 1000, "cursor": page.next}).json()
    assert len(following["items"]) == page.total - 10
    for month in report.sums["month"]:
        asked = {"month": month.name, "procedure": CHANGED, "limit": 1000}
        found = answers.SavedDossierPage.model_validate(saved.client.get(url, params=asked).json())
        assert found.total == month.realised.taken_in
        saved_hours = sum(one.saved_hours or 0.0 for one in found.items)
        assert saved_hours == pytest.approx(month.realised.hours.estimate) == found.saved_hours
    versions = saved.client.get(f"/v1/procedures/{CHANGED}/savings").json()["processes"]
    before = saved.client.get(url, params={"process": versions[0]["process_key"], "side": "before"}).json()
    assert before["total"] == report.realised.before
    clock = saved.client.get(f"/v1/dossiers/{before['items'][0]['dossier']}").json()["clock"]
    assert clock["held"]["agency"]["working_seconds"] / 3600 == pytest.approx(before["items"][0]["hours"])
    assert saved.client.get(url, params={"process": "none such"}).status_code == 422


def test_the_metrics_show_the_account(saved: Any) -> None:
    saved.service.savings.refresh()
    lines = saved.client.get("/metrics").text.splitlines()
    assert 'tinhgon_saved_seconds{figure="nominal"} 36000.0' in lines
    assert 'tinhgon_catalogue_procedures{kind="total"} 2.0' in lines
    assert 'tinhgon_changed_procedures{verdict="realised"} 1.0' in lines


def test_the_command_prints_what_the_service_says(saved: Any, tmp_path: Any) -> None:
    base = str(saved.client.base_url)
    out = tmp_path / "report.xlsx"
    told = CliRunner().invoke(
        commands, ["report", "time-saved", "--service", base, "--language", "vi", "--out", str(out)]
    )
    assert told.exit_code == 0, told.output
    assert "1 trên 2 thủ tục được tái cấu trúc" in " ".join(told.output.split())
    assert openpyxl.load_workbook(out).active is not None
    as_json = CliRunner().invoke(commands, ["report", "time-saved", "--service", base, "--json"])
    expected = saved.client.get("/v1/reports/time-saved").json()
    assert json.loads(as_json.output)["per_procedure"] == expected["per_procedure"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--service", "http://127.0.0.1:9"], "does not answer"),
        (["--service", "ftp://x"], "write an address"),
        (["--out", "x.doc"], "has to end in"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(arguments: list[str], said: str) -> None:
    told = CliRunner().invoke(commands, ["report", "time-saved", *arguments])
    assert told.exit_code in (1, 2)
    assert said in told.output
    assert "Traceback" not in told.output
