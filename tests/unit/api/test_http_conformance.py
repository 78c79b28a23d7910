"""Conformance over HTTP: figures, the dossiers behind them, one dossier, models, the mapping of steps, bad input."""

import csv
import importlib.util
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from lxml import etree

from mining.conformance.deviations import DeviationKind

CODE = "1.001193.H29"
OTHER = "1.001194.H29"
AT = f"/v1/procedures/{CODE}"
STEPS = (
    {"number": "B1", "task": "Tiếp nhận", "hours": 4, "role": "Một cửa"},
    {"number": "B2", "task": "Thẩm định", "hours": 8, "role": "Chuyên viên"},
    {"number": "B3", "task": "Ký", "hours": 4, "role": "Lãnh đạo"},
    {"number": "B4", "task": "Trả kết quả", "hours": 0, "role": "Một cửa"},
)
MANY = [{**STEPS[0], "number": f"{number}"} for number in range(201)]
ROLES = {step["task"]: step["role"] for step in STEPS}
GOOD = ("Tiếp nhận", "Thẩm định", "Ký", "Trả kết quả")


def message(kind: str, number: str, data: dict[str, Any]) -> dict[str, Any]:
    head = {"specversion": "1.0", "source": "/test", "time": "2025-01-01T00:00:00Z"}
    return {**head, "id": number, "type": f"vn.tinhgon.catalogue.{kind}.v1", "data": data}


def process(version: str = "1", procedure: str = CODE, steps: Any = STEPS, **more: Any) -> dict[str, Any]:
    data = {
        "procedure": procedure,
        "version": version,
        "decision": f"QĐ {version}",
        "effective_from": "2024-01-01",
        "limit": {"amount": 3, "unit": "working_days"},
        "steps": list(steps),
        **more,
    }
    return message("process", f"{procedure}-{version}", data)


def dossier(name: str, course: tuple[str, ...], /, **more: Any) -> list[dict[str, Any]]:
    """The events of a dossier, one an hour from 08:00 in Vietnam on; the last one ends it."""
    return [
        {
            "specversion": "1.0",
            "id": f"{name}-{place}",
            "source": "/mot-cua/thu",
            "type": "vn.tinhgon.dossier.step.v1",
            "subject": name,
            "time": f"2025-01-{2 + place // 8:02}T{8 + place % 8:02}:30:00+07:00",
            "data": {
                "procedure": CODE,
                "activity": activity,
                "role": ROLES.get(activity),
                "unit": "Phường 1",
                "status": 9 if place == len(course) - 1 else 4,
                **more,
            },
        }
        for place, activity in enumerate(course)
    ]


def compared(served: Any) -> None:
    """Wait until all that was sent is mined and compared."""
    served.wait_until_mined()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        status = served.client.get("/v1/status").json()
        if status["conformance"]["compared_event_no"] == status["mined_events"]:
            return
        time.sleep(0.05)
    raise AssertionError(status)


def state(served: Any, *messages: dict[str, Any]) -> Any:
    content, kind = json.dumps(messages), "application/cloudevents-batch+json"
    return served.client.post("/v1/catalogue", content=content, headers={"Content-Type": kind})


@pytest.fixture(scope="module")
def city(blank: Any) -> Any:
    """Two procedures, one of them with three versions of which one cannot be used, and six dossiers."""
    taken = state(
        blank,
        process(),
        process("2", effective_from="2030-01-01"),
        process(
            "far too long", effective_from="2031-01-01", steps=[{**STEPS[0], "number": f"{n}"} for n in range(201)]
        ),
        process("1", OTHER),
        message("unit", "u1", {"code": "H29.1", "name": "Phường 1"}),
    )
    assert taken.status_code == 202, taken.text
    events = [
        *dossier("A", GOOD),
        *dossier("B", ("Tiếp nhận", "Ký", "Trả kết quả")),
        *dossier("C", ("Tiếp nhận", "Thẩm định", "Họp xin ý kiến", "Ký", "Trả kết quả"), unit="Phường 2"),
        *dossier("D", GOOD, role="Lãnh đạo"),
        *dossier("E", ("Tiếp nhận", "Thẩm tra hồ sơ", "Ký")),
        *dossier("F", GOOD, procedure=OTHER),
        *dossier("G", ("Nộp đơn",), procedure="unapproved"),
    ]
    blank.take(events)
    compared(blank)
    return blank


def get(served: Any, path: str, **asked: Any) -> Any:
    answer = served.client.get(path, params=asked, headers={"Cache-Control": "no-cache"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_procedure_is_compared(city: Any) -> None:
    found = get(city, f"{AT}/conformance")
    assert (found["accepted"], found["uncompared"], found["complete"], found["notes"]) == (5, 0, True, [])
    assert found["fit"]["dossiers"] == 5
    assert (found["fit"]["conforming"], found["fit"]["fitting"], found["fit"]["inexact"]) == (1, 2, 0)
    kinds = {one["kind"]: (one["dossiers"], one["lost_hours"]) for one in found["kinds"]}
    assert list(kinds) == [kind.value for kind in DeviationKind]
    assert kinds["skipped"] == (2, 16.0)
    assert kinds["extra"] == (2, 2.0)
    assert kinds["wrong_role"][0] == 1
    assert kinds["swapped"] == (0, 0.0)
    units = {one["name"]: one["fit"]["dossiers"] for one in found["units"]}
    assert units == {"Phường 1": 4, "Phường 2": 1}
    assert [(one["version"], one["fit"]["dossiers"]) for one in found["versions"]] == [("1", 5)]
    assert ("far too long", True) in {(one["version"], one["unusable"]) for one in found["remarks"]}
    extra = [one for one in found["items"] if one["kind"] == "extra"]
    assert {(one["activity"], one["number"]) for one in extra} == {("Họp xin ý kiến", None), ("Thẩm tra hồ sơ", None)}


def test_deviations_are_paged_and_a_slice_counts_its_own(city: Any) -> None:
    whole = get(city, f"{AT}/conformance")["items"]
    first = get(city, f"{AT}/conformance", limit=2)
    rest = get(city, f"{AT}/conformance", limit=1000, cursor=first["next"])
    assert first["items"] + rest["items"] == whole
    assert (len(first["items"]), rest["next"], first["total"]) == (2, None, len(whole))
    assert get(city, f"{AT}/conformance", unit="Phường 2")["fit"]["dossiers"] == 1
    assert get(city, f"{AT}/conformance", **{"from": "2026-01-01"})["fit"]["fitness"] is None


def test_every_figure_leads_to_its_dossiers(city: Any) -> None:
    found = get(city, f"{AT}/conformance")
    for one in found["items"]:
        names = ("kind", "process", "number", "activity", "done_by_unit", "done_by_role")
        asked = {name: one[name] for name in names if one[name] is not None}
        behind = get(city, f"{AT}/conformance/dossiers", **asked)
        assert (behind["total"], behind["occurrences"]) == (one["dossiers"], one["occurrences"]), asked
        assert behind["lost_hours"] == pytest.approx(one["lost_hours"])
        assert sum(each["lost_hours"] for each in behind["items"]) == pytest.approx(one["lost_hours"])
    for one in found["kinds"]:
        behind = get(city, f"{AT}/conformance/dossiers", kind=one["kind"], limit=1)
        assert behind["total"] == one["dossiers"]
        assert (behind["next"] is None) == (one["dossiers"] <= 1)


def test_the_city_is_ranked_by_procedure_and_by_unit(city: Any) -> None:
    found = get(city, "/v1/conformance")
    assert (found["fit"]["dossiers"], found["accepted"], found["uncompared"]) == (6, 7, 1)
    assert "could not be compared" in found["notes"][0]["en"]
    assert [(one["name"], one["fit"]["dossiers"], one["fit"]["conforming"]) for one in found["items"]] == [
        (CODE, 5, 1),
        (OTHER, 1, 1),
    ]
    units = get(city, "/v1/conformance", by="unit")
    assert [one["name"] for one in units["items"]] == ["Phường 1", "Phường 2"]
    assert sum(one["fit"]["dossiers"] for one in units["items"]) == units["fit"]["dossiers"]
    everywhere = get(city, "/v1/conformance/dossiers", kind="skipped")
    assert everywhere["total"] == {one["kind"]: one["dossiers"] for one in found["kinds"]}["skipped"]
    assert get(city, "/v1/conformance", procedure=OTHER)["fit"]["dossiers"] == 1


def test_one_dossier_move_by_move(city: Any) -> None:
    found = get(city, "/v1/dossiers/C/conformance")
    assert [(one["move"], one["number"], one["sign"], one["activity"]) for one in found["moves"]] == [
        ("both", "B1", None, "Tiếp nhận"),
        ("both", "B2", None, "Thẩm định"),
        ("log", None, "unknown", "Họp xin ý kiến"),
        ("both", "B3", None, "Ký"),
        ("both", "B4", None, "Trả kết quả"),
    ]
    assert (found["cost"], found["exact"], found["conforming"]) == (1, True, False)
    assert [(one["kind"], one["position"]) for one in found["deviations"]] == [("extra", 3)]
    assert get(city, f"/v1/dossiers/{found['dossier']}/conformance") == found
    assert "officer" not in json.dumps(found)
    good = get(city, "/v1/dossiers/A/conformance")
    assert (good["conforming"], good["fitness"], good["deviations"]) == (True, 1.0, [])


def test_a_dossier_that_was_not_compared_says_so(city: Any) -> None:
    unknown = city.client.get("/v1/dossiers/Z/conformance")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-dossier")
    away = city.client.get("/v1/dossiers/G/conformance", headers={"Accept-Language": "vi"})
    assert (away.status_code, away.json()["type"]) == (404, "/problems/not-compared")
    assert "chưa được đối chiếu" in away.json()["title"]


@pytest.mark.parametrize(
    ("path", "asked", "rows"),
    [
        (f"{AT}/conformance", {}, 6),
        (f"{AT}/conformance", {"table": "units"}, 2),
        (f"{AT}/conformance", {"table": "versions"}, 1),
        (f"{AT}/conformance/dossiers", {"kind": "skipped"}, 2),
        ("/v1/conformance", {}, 2),
        ("/v1/conformance", {"by": "unit"}, 2),
        (f"{AT}/step-mapping", {}, None),
    ],
)
def test_tables(city: Any, path: str, asked: dict[str, str], rows: int | None) -> None:
    shown = get(city, path, **asked)
    rows = shown["total"] if rows is None else rows
    text = city.client.get(path, params={**asked, "format": "csv"}).content.decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text)))
    book = openpyxl.load_workbook(io.BytesIO(city.client.get(path, params={**asked, "format": "xlsx"}).content))
    table = pq.read_table(io.BytesIO(city.client.get(path, params={**asked, "format": "parquet"}).content))
    assert len(read) - 1 == book.worksheets[0].max_row - 1 == table.num_rows == rows
    assert read[0] == table.column_names


def test_answers_have_a_tag_that_changes_when_dossiers_are_compared_anew(blank: Any, city: Any) -> None:
    first = city.client.get(f"{AT}/conformance")
    again = city.client.get(f"{AT}/conformance", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    blank.take(dossier("H", GOOD, procedure=OTHER))
    compared(blank)
    later = city.client.get("/v1/conformance", headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200
    assert get(city, "/v1/conformance", procedure=OTHER)["fit"]["dossiers"] == 2


def test_steps_are_suggested_for_a_person_and_never_taken_by_themselves(city: Any) -> None:
    found = get(city, f"{AT}/step-mapping")
    assert found["unmatched"] == 2
    likely = {(one["activity"], one["number"]) for one in found["suggestions"]}
    assert ("Thẩm tra hồ sơ", "B2") in likely
    matched = {one["activity"]: one["matched_by"] for one in found["items"]}
    assert matched["Thẩm tra hồ sơ"] == "nothing"
    assert matched["Thẩm định"] == "name"
    draft = city.client.get(f"{AT}/step-mapping/draft")
    assert draft.headers["content-type"].startswith("text/csv")
    assert draft.text.startswith("activity,step,procedure\n")
    assert f"Họp xin ý kiến,,{CODE}\n" in draft.text
    assert "# B2 Thẩm định" in draft.text


def test_the_draft_when_completed_is_a_mapping(city: Any, serving: Callable[..., Any], tmp_path: Path) -> None:
    draft = city.client.get(f"{AT}/step-mapping/draft").text
    file = tmp_path / "steps.csv"
    file.write_text(draft.replace("Thẩm tra hồ sơ,,", "Thẩm tra hồ sơ,B2,"), encoding="utf-8")
    with serving(step_mapping=file) as other:
        state(other, process())
        other.take(dossier("E", ("Tiếp nhận", "Thẩm tra hồ sơ", "Ký")))
        compared(other)
        fit = get(other, f"{AT}/conformance")["fit"]
    assert (fit["dossiers"], fit["conforming"], fit["fitness"]) == (1, 1, 1.0)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    found = importlib.util.find_spec("SpiffWorkflow")
    assert found is not None
    assert found.submodule_search_locations
    return etree.XMLSchema(file=str(Path(found.submodule_search_locations[0], "bpmn/parser/schema/BPMN20.xsd")))


def test_approved_processes_stand_beside_the_discovered_model(city: Any, schema: etree.XMLSchema) -> None:
    found = get(city, f"{AT}/models")
    assert [(one["version"], one["dossiers"], one["problem"] is None) for one in found["approved"]] == [
        ("1", 5, True),
        ("2", 0, True),
        ("far too long", 0, False),
    ]
    assert "at most 200" in found["approved"][2]["problem"]
    assert found["approved"][2]["files"] == {}
    files = {**found["approved"][0]["files"], **{f"discovered {name}": at for name, at in found["discovered"].items()}}
    assert len(files) == 11
    for name, address in files.items():
        answer = city.client.get(address)
        assert answer.status_code == 200, (name, answer.text)
        if name.endswith("bpmn"):
            root = etree.fromstring(answer.content)
            schema.assertValid(root)
            tasks = {one.get("id") for one in root.findall(".//{*}task")}
            shapes = root.findall(".//{*}BPMNShape")
            drawn = {one.get("bpmnElement") for one in shapes if one.find("{*}Bounds") is not None}
            assert tasks
            assert tasks <= drawn
        elif name.endswith("svg"):
            assert etree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"
    files = found["approved"][0]["files"]
    assert "bỏ qua 2 (40,0 %)" in words(city, files["difference.svg"])
    assert "Họp xin ý kiến" in words(city, files["difference.svg"])
    assert "Họp xin ý kiến" not in words(city, files["svg"])


def words(served: Any, address: str) -> str:
    """What stands in a picture, in Vietnamese."""
    picture = served.client.get(address, headers={"Accept-Language": "vi"}).content
    return " ".join("".join(etree.fromstring(picture).itertext()).split())


def test_the_quality_of_the_discovered_model(city: Any) -> None:
    found = get(city, f"{AT}/models/quality", noise=0)
    assert found["fitness"] == pytest.approx(1.0)
    assert 0 < found["precision"] <= 1
    assert 0 < found["simplicity"] <= 1
    assert (found["dossiers"], found["inexact_dossiers"], found["all_dossiers"]) == (5, 0, 5)


def test_the_latest_version_is_shown_where_nothing_was_compared(city: Any) -> None:
    asked = {"from": "2026-01-01"}
    answer = city.client.get(f"{AT}/models/approved.bpmn", params=asked)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-approved-process")
    assert "at most 200" in answer.json()["detail"]  # the latest is the one that cannot be used


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/procedures/none/conformance", 404, "none"),
        ("/v1/procedures/none/models", 404, "none"),
        ("/v1/procedures/none/models/approved.svg", 404, "none"),
        ("/v1/procedures/unapproved/models/approved.svg", 404, "no process of unapproved is approved"),
        (f"{AT}/models/approved.svg?process=nine", 404, "no approved process 'nine'"),
        (f"{AT}/conformance/dossiers", 422, "kind"),
        (f"{AT}/conformance/dossiers?kind=late", 422, "skipped"),
        (f"{AT}/conformance?table=roles", 422, "versions"),
        ("/v1/conformance?by=officer", 422, "unit"),
        ("/v1/conformance?procedure=none", 404, "none"),
        (f"{AT}/conformance?cursor=x", 422, "cursor"),
    ],
)
def test_bad_questions_are_told_why(city: Any, path: str, status: int, said: str) -> None:
    answer = city.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_a_procedure_without_an_approved_process_has_an_empty_comparison(city: Any) -> None:
    found = get(city, "/v1/procedures/unapproved/conformance")
    assert (found["accepted"], found["uncompared"], found["fit"]["dossiers"]) == (1, 1, 0)
    assert (found["fit"]["fitness"], found["items"], found["versions"]) == (None, [], [])
    assert get(city, "/v1/procedures/unapproved/models")["approved"] == []


@pytest.fixture
def fresh(serving: Callable[..., Any]) -> Iterator[Any]:
    with serving() as served:
        yield served


def test_bad_input_an_empty_version_is_refused_with_a_reason(fresh: Any) -> None:
    answer = state(fresh, process(steps=[]))
    assert answer.status_code == 422
    assert "steps" in json.dumps(answer.json())


def test_bad_input_a_step_that_no_event_reaches_is_named_and_counts_as_skipped(fresh: Any) -> None:
    state(fresh, process(steps=[*STEPS[:2], {"number": "B9", "task": "Không ai làm", "hours": 2}, *STEPS[2:]]))
    fresh.take(dossier("A", GOOD))
    compared(fresh)
    found = get(fresh, f"{AT}/conformance")
    assert found["remarks"][0]["remark"].startswith("no event ever reports step B9 (Không ai làm)")
    assert {(one["kind"], one["number"]) for one in found["items"]} == {("skipped", "B9")}


def test_bad_input_a_table_that_goes_in_a_circle_is_refused_with_a_reason(fresh: Any) -> None:
    answer = state(fresh, process(steps=[*STEPS[:2], {**STEPS[0], "task": "Tiếp nhận lại"}, *STEPS[2:]]))
    assert answer.status_code == 422
    assert "the step number B1 is given more than once" in answer.json()["detail"]


def test_bad_input_a_dossier_that_goes_in_circles_repeats(fresh: Any) -> None:
    state(fresh, process())
    fresh.take(dossier("A", (*GOOD[:2] * 20, *GOOD[2:])))
    compared(fresh)
    found = get(fresh, f"{AT}/conformance")
    assert {one["kind"]: one["dossiers"] for one in found["kinds"]}["repeated"] == 1
    assert (found["fit"]["dossiers"], found["fit"]["inexact"]) == (1, 0)
    assert 0 < found["fit"]["fitness"] < 1


def test_bad_input_a_dossier_of_500_steps_is_compared_in_time(fresh: Any) -> None:
    state(fresh, process())
    long = [
        {**one, "id": f"L-{number}", "time": f"2025-01-02T{number // 60:02}:{number % 60:02}:00+07:00"}
        for number in range(500)
        for one in dossier("L", ("Họp", "Ký", "Tiếp nhận")[number % 3 : number % 3 + 1])
    ]
    fresh.take(long)
    compared(fresh)
    found = get(fresh, f"{AT}/conformance")
    assert found["fit"]["dossiers"] == 1
    assert found["fit"]["inexact"] in (0, 1)
    assert found["fit"]["inexact"] == len([one for one in found["notes"] if "lower bound" in one["en"]])
    moves = get(fresh, "/v1/dossiers/L/conformance")["moves"]
    assert [one["position"] for one in moves if one["position"]] == list(range(1, 501))
    assert "log" in {one["move"] for one in moves}


def test_bad_input_what_takes_too_long_is_labelled(fresh: Any) -> None:
    fresh.service.comparer._aligner._limit_seconds = -1.0  # no time at all
    state(fresh, process())
    fresh.take([*dossier("A", GOOD), *dossier("B", ("Ký", "Tiếp nhận"))])
    compared(fresh)
    found = get(fresh, f"{AT}/conformance")
    assert found["fit"]["inexact"] == 2
    assert [one["en"] for one in found["notes"]] == [
        "2 dossiers took too long to align: the fitness is a lower bound, and there may be fewer deviations"
    ]
    assert not get(fresh, "/v1/dossiers/B/conformance")["exact"]
