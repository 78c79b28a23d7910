"""Waiting over HTTP: figures by group that add up, tables, slices, and the steps with their dossiers behind."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from api.waiting import answers

OTHER = "2.000002"
HAND_OVER = ("source_activity", "source_role", "target_activity", "target_role")


def step(served: Any, dossier: str, activity: str, start: str, end: str, **data: Any) -> dict[str, Any]:
    event = served.event(f"W{dossier}", len(activity), activity)
    event["id"] = f"W{dossier}-{activity}"
    event["time"] = f"2024-03-04T{end}:00+07:00"
    event["data"] |= {"started_at": f"2024-03-04T{start}:00+07:00", **data}
    return event


def log(served: Any) -> list[dict[str, Any]]:
    """H1 is overtaken by H2 at the desk of An; H3 of another procedure stands in the same queue."""
    desk = {"role": "Một cửa", "officer": "Lan", "unit": "Phường 1", "channel": "online"}
    expert = {"role": "Chuyên viên", "officer": "An", "unit": "Phường 1", "channel": "online"}
    return [
        step(served, "1", "Tiếp nhận", "08:00", "08:10", **desk),
        step(served, "1", "Thẩm định", "10:10", "10:40", **expert),
        step(served, "2", "Tiếp nhận", "08:20", "08:30", **desk),
        step(served, "2", "Thẩm định", "08:40", "10:10", **expert),
        step(served, "3", "Tiếp nhận", "09:00", "09:10", **desk, procedure=OTHER),
        step(served, "3", "Thẩm định", "10:40", "11:00", **expert, procedure=OTHER),
    ]


@pytest.fixture(scope="module")
def served(blank: Any) -> Any:
    """A service that knows the log."""
    blank.take(log(blank))
    return blank


def page(served: Any, url: str, **params: Any) -> answers.WaitingPage:
    found = served.client.get(url, params=params)
    assert found.status_code == 200, found.text
    return answers.WaitingPage.model_validate(found.json())


def test_the_whole_city_by_procedure(served: Any) -> None:
    found = page(served, "/v1/waiting")
    assert (found.rule, found.by, found.total, found.next) == ("strict", ["procedure"], 2, None)
    assert [(row.key["procedure"], row.waiting.elapsed_seconds) for row in found.items] == [
        (served.code, 7800.0),
        (OTHER, 5400.0),
    ]
    assert found.whole.waiting.elapsed_seconds == 13_200
    assert sum(one.elapsed_seconds for one in found.whole.by_cause.values()) == 13_200
    assert found.items[0].by_cause["prioritization"].elapsed_seconds == 5400
    assert found.items[1].by_cause["contention"].elapsed_seconds == 5400, "An was at the work of the other procedure"
    assert found.whole.cte == pytest.approx(10_200 / 23_400)
    assert (found.reasons, found.whole.estimated_share) == ([], 0.0)
    assert found.as_of is not None
    assert found.calendar_versions


def test_a_procedure_by_hand_over(served: Any) -> None:
    found = page(served, f"/v1/procedures/{served.code}/waiting")
    assert found.by == list(HAND_OVER)
    rows = {tuple(row.key.values()): row for row in found.items}
    row = rows["Tiếp nhận", "Một cửa", "Thẩm định", "Chuyên viên"]
    assert (row.steps, row.dossiers, row.waiting.elapsed_seconds) == (2, 2, 7800)
    assert found.whole.steps == sum(one.steps for one in found.items) == 4
    assert served.client.get("/v1/procedures/9.999999/waiting").status_code == 404


@pytest.mark.parametrize(
    ("chosen", "waited"),
    [
        ({"procedure": OTHER}, 5400),
        ({"channel": "online"}, 13_200),
        ({"channel": "counter"}, 0),
        ({"unit": "Phường 1", "from": "2024-03-04T08:10:00+07:00"}, 6000),
        ({"to": "2024-03-04T08:10:00+07:00"}, 7200),
        ({"case_variant": "x"}, 0),
        ({"process_version": "x"}, 0),
    ],
)
def test_slices_choose_dossiers_and_keep_the_queue(served: Any, chosen: dict[str, str], waited: int) -> None:
    assert page(served, "/v1/waiting", **chosen).whole.waiting.elapsed_seconds == waited


def test_any_columns_but_officers_group_it(served: Any) -> None:
    found = page(served, "/v1/waiting", by=["unit,role", "activity"], limit=1)
    assert (found.by, found.total) == (["target_unit", "target_role", "target_activity"], 2)
    assert found.items[0].key == dict(zip(found.by, ("Phường 1", "Chuyên viên", "Thẩm định"), strict=True))
    following = page(served, "/v1/waiting", by="unit,role,activity", limit=1, cursor=found.next)
    assert following.items[0].key["target_role"] == "Một cửa"
    assert following.next is None
    refused = served.client.get("/v1/waiting", params={"by": "officer"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")
    assert "officers are not shown" in refused.json()["detail"]


def test_the_table_has_the_same_figures_in_every_form(served: Any) -> None:
    row = page(served, f"/v1/procedures/{served.code}/waiting").items[0]
    url = f"/v1/procedures/{served.code}/waiting?format="
    (first, *_) = csv.DictReader(io.StringIO(served.client.get(f"{url}csv").content.decode("utf-8-sig")))
    assert {name: first[name] for name in HAND_OVER} == row.key
    assert float(first["waiting_seconds"]) == row.waiting.elapsed_seconds
    assert float(first["prioritization_seconds"]) == row.by_cause["prioritization"].elapsed_seconds
    parquet = pq.read_table(io.BytesIO(served.client.get(f"{url}parquet").content)).to_pylist()
    assert parquet[0]["waiting_working_seconds"] == row.waiting.working_seconds
    spoken = served.client.get(f"{url}xlsx", headers={"Accept-Language": "vi"})
    book = openpyxl.load_workbook(io.BytesIO(spoken.content))
    assert book["Thời gian chờ"]["A2"].value == row.key["source_activity"]
    assert "Lịch làm việc" in str(book["notes"]["A1"].value)


def test_every_figure_drills_down_to_its_steps(served: Any) -> None:
    figure = page(served, f"/v1/procedures/{served.code}/waiting").items[0]
    asked = {"procedure": served.code, **figure.key}
    told = served.client.get("/v1/waiting/steps", params={**asked, "limit": 1})
    found = answers.WaitedStepPage.model_validate(told.json())
    following = answers.WaitedStepPage.model_validate(
        served.client.get("/v1/waiting/steps", params={**asked, "limit": 1, "cursor": found.next}).json()
    )
    waits = [one.waiting.elapsed_seconds for one in (*found.items, *following.items)]
    assert (waits, following.next) == ([7200, 600], None)
    assert sum(waits) == figure.waiting.elapsed_seconds
    first = found.items[0]
    assert (first.activity, first.source_activity, first.role) == ("Thẩm định", "Tiếp nhận", "Chuyên viên")
    assert served.client.get(f"/v1/dossiers/{first.dossier}").json()["procedure"] == served.code
    assert "officer" not in told.text


def test_the_steps_that_waited_longest_for_a_cause(served: Any) -> None:
    url = "/v1/waiting/steps"
    found = answers.WaitedStepPage.model_validate(served.client.get(url, params={"cause": "contention"}).json())
    assert [(one.procedure, one.by_cause["contention"].elapsed_seconds) for one in found.items] == [(OTHER, 5400)]
    nobody = served.client.get(url, params={"target_role": ""}).json()
    assert nobody["items"] == []
    start = answers.WaitedStepPage.model_validate(served.client.get(url, params={"source_activity": ""}).json())
    assert start.items == []
    assert served.client.get(url, params={"procedure": "none"}).status_code == 404


def test_the_same_store_gives_the_same_bytes(served: Any) -> None:
    first = served.client.get("/v1/waiting")
    again = served.client.get("/v1/waiting", headers={"Cache-Control": "no-cache"})
    assert first.content == again.content
    assert served.client.get("/v1/waiting", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_an_empty_store_says_why_it_has_no_figures(empty: Any) -> None:
    found = page(empty, "/v1/waiting")
    assert (found.items, found.whole.steps, found.whole.cte, found.as_of) == ([], 0, None, None)
    assert [one.code for one in found.reasons] == ["no_steps"]
    assert found.reasons[0].text.vi.startswith("chưa có bước nào")
    far = empty.client.get("/v1/waiting/steps", params={"cursor": "OTk5OTk5"})
    assert (far.status_code, "first 10,000" in far.json()["detail"]) == (422, True)


def test_a_calendar_of_an_officer_is_theirs(serving: Any, tmp_path: Path) -> None:
    file = tmp_path / "hours.json"
    file.write_text(json.dumps({"An": {"MONDAY-FRIDAY": [["03:00", "09:00"]]}}))  # 10:00 to 16:00 in Vietnam
    with serving(calendars=file) as one:
        one.take(log(one))
        found = page(one, "/v1/waiting")
        assert found.whole.by_cause["unavailability"].elapsed_seconds == (30 + 10) * 60, "An began at 8:40"
        assert [version.partition("/")[0] for version in found.calendar_versions] == ["officer", "public-sector"]
