"""Findings over HTTP: procedures, maps, variants and dossiers of a log that was posted."""

from collections import Counter
from itertools import pairwise
from urllib.parse import quote

import pytest

from api import answers

HOUR = 3600.0


def address(code: str, rest: str = "") -> str:
    return f"/v1/procedures/{quote(code, safe='')}{rest}"


def all_pages(client, url: str, limit: int) -> list:
    found, cursor = [], None
    while True:
        page = client.get(url, params={"limit": limit, **({"cursor": cursor} if cursor else {})}).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def test_a_procedure_in_numbers(filled):
    found = filled.client.get(address(filled.code)).json()
    answers.Procedure.model_validate(found)
    assert {name: found[name] for name in ("code", "name", "dossiers", "open_dossiers", "events")} == {
        "code": filled.code,
        "name": None,
        "dossiers": 9,
        "open_dossiers": 0,
        "events": 30,
    }
    assert (found["activities"], found["variants"]) == (4, 2)
    assert (found["from"], found["to"]) == ("2025-01-01T17:00:00Z", "2025-01-01T20:00:00Z")
    assert found["start"] == [{"activity": "Tiếp nhận", "frequency": 9}]
    assert found["end"] == [{"activity": "Trả kết quả", "frequency": 9}]
    assert found["rework"] == [{"activity": "Bổ sung", "dossiers": 3, "repetitions": 3}]


def test_the_map_has_every_transition_of_the_log(filled):
    found = filled.client.get(address(filled.code, "/map")).json()
    answers.Map.model_validate(found)
    expected = Counter(pair for path in filled.paths for pair in pairwise(path))
    assert {(one["source"], one["target"]): one["frequency"] for one in found["edges"]} == expected
    assert {tuple(one["elapsed_seconds"].values()) for one in found["edges"]} == {(HOUR, HOUR, HOUR)}
    assert found["dossiers"] == len(filled.paths)
    assert sum(one["frequency"] for one in found["activities"]) == sum(len(path) for path in filled.paths)


@pytest.mark.parametrize(
    ("chosen", "dossiers"),
    [
        ({"channel": "online"}, 4),
        ({"channel": "counter", "unit": "Phường 1"}, 5),
        ({"channel": "postal"}, 0),
        ({"unit": "Phường 1", "from": "2025-01-02"}, 9),
        ({"to": "2025-01-02"}, 0),
        ({"from": "2025-01-01T17:00:00Z", "to": "2025-01-01T17:00:01Z"}, 9),
        ({"from": "2025-01-02T00:00:00.5+07:00"}, 0),
        ({"case_variant": "?"}, 0),
        ({"process_version": "1"}, 0),
    ],
)
def test_a_slice_that_is_empty_has_empty_lists(filled, chosen, dossiers):
    found = filled.client.get(address(filled.code, "/map"), params=chosen)
    assert (found.status_code, found.json()["dossiers"]) == (200, dossiers)
    assert bool(found.json()["edges"]) == bool(dossiers)
    listed = filled.client.get(address(filled.code, "/variants"), params=chosen).json()
    assert sum(one["frequency"] for one in listed["items"]) == listed["dossiers"] == dossiers
    assert listed["total"] == len(listed["items"])


def test_a_plus_sign_that_was_not_encoded_is_understood(filled):
    found = filled.client.get(address(filled.code, "/map?from=2025-01-02T00:00:00+07:00"))
    assert found.json()["slice"]["from"] == "2025-01-01T17:00:00Z"


@pytest.mark.parametrize("wanted", [{"params": {"format": "svg"}}, {"headers": {"Accept": "image/svg+xml"}}])
def test_the_map_as_a_picture(filled, wanted):
    found = filled.client.get(address(filled.code, "/map"), **wanted)
    assert (found.status_code, found.headers["content-type"]) == (200, "image/svg+xml")
    assert b"<svg" in found.content


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/svg+xml;q=0.1, application/json", "text/html"])
def test_the_map_is_json_unless_a_picture_is_preferred(filled, accept):
    found = filled.client.get(address(filled.code, "/map"), headers={"Accept": accept})
    assert found.headers["content-type"] == "application/json"
    assert "Accept" in found.headers["vary"]


def test_variants_in_pages_are_all_variants(filled):
    listed = all_pages(filled.client, address(filled.code, "/variants"), 1)
    assert {tuple(one["activities"]): one["frequency"] for one in listed} == Counter(filled.paths)
    assert [one["frequency"] for one in listed] == [6, 3]
    assert sum(one["share"] for one in listed) == pytest.approx(1)


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_procedures_in_pages_are_all_procedures(filled, limit):
    listed = all_pages(filled.client, "/v1/procedures", limit)
    codes = [one["code"] for one in listed]
    assert codes == sorted((*filled.strange_codes, filled.code))
    assert sum(one["events"] for one in listed) == filled.client.get("/v1/status").json()["events"]


@pytest.mark.parametrize("rest", ["", "/map", "/variants", "/model.bpmn"])
def test_any_code_is_an_address(filled, rest):
    for code in filled.strange_codes:
        found = filled.client.get(address(code, rest))
        assert found.status_code == 200, code
        if rest == "":
            assert (found.json()["code"], found.json()["dossiers"]) == (code, 1)
        if rest in ("/map", "/variants"):
            assert (found.json()["procedure"], found.json()["dossiers"]) == (code, 1)


def test_a_slash_that_was_not_encoded_is_understood(filled):
    assert filled.client.get("/v1/procedures/a/b").json()["code"] == "a/b"
    assert filled.client.get("/v1/procedures/a/b/map").json()["procedure"] == "a/b"
    assert filled.client.get("/v1/procedures/x/map").json()["procedure"] == "x"
    assert filled.client.get("/v1/procedures/x%2Fmap").json()["code"] == "x/map"


def test_a_dossier_by_its_code_and_by_its_pseudonym(filled):
    found = filled.client.get("/v1/dossiers/H8").json()
    answers.Dossier.model_validate(found)
    assert filled.client.get(f"/v1/dossiers/{found['dossier']}").json() == found
    assert (found["procedure"], found["channel"], found["unit"]) == (filled.code, "counter", "Phường 1")
    assert tuple(one["activity"] for one in found["steps"]) == filled.paths[8]
    assert [one["position"] for one in found["steps"]] == [1, 2, 3, 4]
    assert [one["since_previous_seconds"] for one in found["steps"]] == [None, HOUR, HOUR, HOUR]
    assert (found["events"], found["elapsed_seconds"]) == (4, 3 * HOUR)


def test_the_steps_of_a_dossier_say_when_and_where_but_never_who(empty):
    officer = "Nguyễn Văn A"
    started = empty.event("a/1", 0, "Thẩm định", lifecycle="start", officer=officer, role="Chuyên viên", step="B2")
    done = empty.event("a/1", 5, "Thẩm định", officer=officer, role="Chuyên viên", step="B2", unit="Phòng 1", status=9)
    waiting = empty.event("a/1", 6, "Ký số", lifecycle="start", officer=officer, role="Lãnh đạo")
    empty.take([waiting, done, started])
    answer = empty.client.get("/v1/dossiers/" + quote("a/1", safe=""))
    found = answer.json()
    assert found["status"] == {"code": 9, "vi": "Đã xử lý xong", "en": "Processed"}
    assert [(one["activity"], one["position"], one["role"]) for one in found["steps"]] == [
        ("Thẩm định", 1, "Chuyên viên"),
        ("Ký số", None, "Lãnh đạo"),
    ]
    assert found["steps"][0]["started_at"] == "2025-01-01T17:00:00Z"
    assert found["steps"][0]["completed_at"] == "2025-01-01T22:00:00Z"
    pseudonym = empty.service.store.pseudonyms.of("officer", officer)
    assert officer not in answer.text
    assert pseudonym not in answer.text.replace("-", "")
    assert "officer" not in answer.text


def test_a_dossier_whose_own_code_looks_like_a_pseudonym_is_found(empty):
    own_code = "3f2b8c1e-94d0-5a7e-8c6b-0d1e2f3a4b5c"
    empty.take([empty.event(own_code, 0)])
    assert empty.client.get(f"/v1/dossiers/{own_code}").json()["events"] == 1


def test_dossiers_of_no_known_procedure_are_shown_as_unknown(empty):
    empty.take([empty.event("H1", 0, procedure=None)])
    assert [one["code"] for one in empty.client.get("/v1/procedures").json()["items"]] == ["unknown"]
