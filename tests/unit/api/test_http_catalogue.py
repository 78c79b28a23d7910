"""The catalogue over HTTP: taken over whole or not at all, read page by page, and in every answer at once."""

import json
from datetime import UTC, date, datetime, time
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.cli import commands
from ingest.catalogue import (
    Calendar,
    DayOff,
    Entry,
    Limit,
    Procedure,
    Process,
    Slot,
    Step,
    Target,
    Unit,
    encode_message,
    key,
)

AT = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
STRUCTURED = {"Content-Type": "application/cloudevents+json"}


def procedure(code: str = "1.000494.H29", name: str = "Đăng ký khai sinh", field: str | None = "Hộ tịch") -> Procedure:
    return Procedure(code=code, name=name, field=field)


def process(version: str = "1", hours: float = 8, **said: Any) -> Process:
    usual = {"procedure": "1.000494.H29", "decision": f"QĐ {version}", "effective_from": date(2024, 1, int(version))}
    limit, steps = Limit(amount=8, unit="hours"), (Step(number="B1", task="Thẩm định", hours=hours),)
    return Process(**{**usual, "version": version, "limit": limit, "steps": steps, **said})


def calendar(opens: int, *, code: str = "phường", version: str = "1", closes: int = 24, days: tuple = ()) -> Calendar:
    slot = Slot(opens=time(opens), closes=time(closes % 24))
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), (slot,))
    return Calendar(code=code, version=version, week=week, days=days)


def message(entry: Entry) -> bytes:
    return encode_message(entry, source="/danh-muc", at=AT)[1]


def state(served: Any, *entries: Entry | bytes) -> httpx.Response:
    parts = [one if isinstance(one, bytes) else message(one) for one in entries]
    return served.client.post("/v1/catalogue", content=b"[" + b",".join(parts) + b"]", headers=BATCH)


def get(served: Any, path: str, **parameters: Any) -> Any:
    answer = served.client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_changed_is_answered_and_a_repeated_request_changes_nothing(empty):
    messages = [message(one) for one in (procedure(), process(), process("2", hours=4))]
    first, again = state(empty, *messages), state(empty, *messages)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == {
        "accepted": 3,
        "added": ["procedure:1.000494.H29", key(process()), key(process("2"))],
        "corrected": [],
        "unchanged": 0,
        "warnings": [
            {
                "key": key(process("2")),
                "text": "the steps take 4 h together, the limit is 8 h; both are kept as approved",
            }
        ],
    }
    assert again.json() | {"warnings": []} == {
        "accepted": 3,
        "added": [],
        "corrected": [],
        "unchanged": 3,
        "warnings": [],
    }
    corrected = state(empty, process("2")).json()
    assert (corrected["corrected"], corrected["warnings"]) == ([key(process("2"))], [])


def test_a_step_of_an_unknown_unit_is_kept_and_flagged_until_the_unit_is_known(empty):
    steps = tuple(Step(number=f"B{at}", task="x", hours=4, unit=name) for at, name in enumerate(("H1", "Sở B"), 1))
    assert state(empty, process(steps=steps)).json()["warnings"] == [], "no unit is known at all"
    state(empty, Unit(code="H1", name="Sở A"))
    (found,) = get(empty, "/v1/catalogue/processes")["items"]
    assert found["warnings"] == ["step B2: the unit 'Sở B' is none of the catalogue, or several are called so"]
    state(empty, Unit(code="H2", name="Sở B"))
    (found,) = get(empty, "/v1/catalogue/processes")["items"]
    assert (found["warnings"], [one["unit"] for one in found["steps"]]) == ([], ["H1", "H2"])


def test_one_message_is_taken_in_structured_and_in_binary_mode(empty):
    assert empty.client.post("/v1/catalogue", content=message(procedure()), headers=STRUCTURED).status_code == 202
    event = json.loads(message(procedure("1.000001", "Khai tử")))
    data = json.dumps(event.pop("data"))
    headers = {"Content-Type": "application/json", **{f"ce-{name}": value for name, value in event.items()}}
    answer = empty.client.post("/v1/catalogue", content=data, headers=headers)
    assert (answer.status_code, answer.json()["added"]) == (202, ["procedure:1.000001"]), answer.text
    assert empty.client.post("/v1/catalogue", content=data, headers={"Content-Type": "text/plain"}).status_code == 415
    assert empty.client.post("/v1/catalogue", content=b"{", headers=BATCH).status_code == 400
    assert state(empty).json()["accepted"] == 0


@pytest.mark.parametrize(
    ("bad", "field", "said"),
    [
        (message(procedure()).replace(b'"name"', b'"nom"'), "name", "required field `name`"),
        (message(process()).replace(b'"amount":8', b'"amount":-1'), "limit.amount", "> 0"),
        (message(process()).replace(b'"2024-01-01"', b'"2024-02-30"'), "effective_from", "Invalid"),
        (message(process(effective_to=date(2023, 1, 1))), None, "ends (2023-01-01) before it starts"),
        (message(Unit(code="H1", name="x", successor="H1")), None, "cannot succeed itself"),
        (message(calendar(7)).replace(b'"07:00:00"', b'"25:00:00"'), "week[...][0].opens", "time"),
        (message(calendar(7, closes=6)), None, "monday: a slot closes (06:00:00) before it opens (07:00:00)"),
        (message(calendar(7, days=(DayOff(day=date(2206, 1, 2), working=False, source="x"),))), None, "2206-01-02"),
        (b"[]", None, "Expected `object`"),
    ],
)
def test_a_bad_message_is_refused_with_its_place_and_nothing_is_taken_over(empty, bad, field, said):
    answer = state(empty, procedure(), bad, process())
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "/problems/catalogue-rejected"
    assert "1 of 3 messages" in problem["detail"]
    (fault,) = problem["errors"]
    assert (fault["index"], fault["field"]) == (1, field)
    assert said in fault["detail"]
    assert get(empty, "/v1/catalogue/entries", history="true") == {"items": [], "next": None}


def test_lists_come_in_pages(empty):
    units = [Unit(code=f"H29.{number}", name=f"Phường {number}", parent="H29") for number in range(5)]
    state(
        empty,
        procedure(),
        procedure("1.000495", "Khai tử", None),
        process(),
        process("2"),
        *units,
        Unit(code="H29", name="TP"),
    )
    first = get(empty, "/v1/catalogue/units", limit=3, parent="H29")
    second = get(empty, "/v1/catalogue/units", limit=3, parent="H29", cursor=first["next"])
    assert [one["code"] for one in first["items"] + second["items"]] == [one.code for one in units]
    assert second["next"] is None
    known = get(empty, "/v1/catalogue/procedures")["items"]
    assert [(one["code"], one["field"], one["processes"]) for one in known] == [
        ("1.000494.H29", "Hộ tịch", 2),
        ("1.000495", None, 0),
    ]
    assert [one["code"] for one in get(empty, "/v1/catalogue/procedures", field="Hộ tịch")["items"]] == ["1.000494.H29"]
    page = get(empty, "/v1/catalogue/processes", procedure="1.000494.000.00.00.H29", limit=1)
    rest = get(empty, "/v1/catalogue/processes", procedure="1.000494.000.00.00.H29", limit=1, cursor=page["next"])
    assert [one["process_version"] for one in page["items"] + rest["items"]] == ["1", "2"]
    assert page["items"][0]["steps"][0]["task"] == "Thẩm định"
    assert get(empty, "/v1/catalogue/processes", procedure="1.000494.H30")["items"] == []


def test_the_history_says_who_said_what(empty):
    target = Target(code="t", indicator="đúng hạn", value=0.98, period="2025", source="QĐ")
    state(empty, calendar(7), target)
    state(empty, calendar(8))
    in_force = get(empty, "/v1/catalogue/entries")["items"]
    assert [(one["entry_no"], one["kind"]) for one in in_force] == [(3, "calendar"), (2, "target")]
    assert in_force[0]["content"]["week"]["monday"][0]["opens"] == "08:00:00"
    assert in_force[0]["source"] == "http/0 /danh-muc"
    history = get(empty, "/v1/catalogue/entries", kind="calendar", history="true", limit=1)
    before = get(empty, "/v1/catalogue/entries", kind="calendar", history="true", cursor=history["next"])
    assert [one["entry_no"] for one in history["items"] + before["items"]] == [3, 1]
    assert [one["entry_no"] for one in get(empty, "/v1/catalogue/entries", key="target:t")["items"]] == [2]


def test_the_next_answer_rests_on_what_was_stated(serving):
    with serving() as served:
        served.take([served.event("H1", hour, f"A{hour}", unit="Phường 1") for hour in range(7, 12)])
        path, listed = f"/v1/procedures/{served.code}", "/v1/procedures"
        before, names = served.client.get(path), served.client.get(listed)
        assert before.json()["approved"] == []
        assert (before.json()["name"], names.json()["items"][0]["name"]) == (None, None)
        for version in ("1", "2", "3"):
            state(served, procedure(name=f"Khai sinh {version}"), process(version))
            tag = before.headers["etag"]
            after = served.client.get(path, headers={"If-None-Match": tag})
            assert after.status_code == 200
            assert [one["process_version"] for one in after.json()["approved"]][-1] == version
            assert (after.json()["name"], after.json()["field"]) == (f"Khai sinh {version}", "Hộ tịch")
            assert get(served, listed)["items"][0]["name"] == f"Khai sinh {version}"
            before = after
        same = served.client.get(path, headers={"If-None-Match": before.headers["etag"]})
        assert same.status_code == 304


def test_a_changed_calendar_changes_every_answer_at_once(serving):
    with serving() as served:
        served.take(
            [served.event("H1", hour, f"A{hour}", unit="Phường 1", status=2 if hour == 7 else 9) for hour in (7, 11)]
        )
        path = f"/v1/procedures/{served.code}"
        usual = get(served, path)["time"]
        assert usual["total"]["working_seconds"] == 4 * 3600
        assert usual["calendar_versions"][0].startswith("public-sector/")
        state(served, Unit(code="H29.1", name="Phường 1", calendar="phường"), calendar(9))
        assert get(served, path)["time"]["total"]["working_seconds"] == 2 * 3600
        state(served, calendar(10, version="2"))
        assert get(served, path)["time"]["total"]["working_seconds"] == 3600
        assert any(one.startswith("phường/") for one in get(served, path)["time"]["calendar_versions"])
        state(served, calendar(8, version="1"))
        assert get(served, path)["time"]["total"]["working_seconds"] == 3600, "version 2 holds"
        state(served, calendar(10, version="2", days=(DayOff(day=date(2025, 1, 2), working=False, source="bão"),)))
        assert get(served, path)["time"]["total"]["working_seconds"] == 0


def test_a_changed_calendar_is_in_the_metrics_long_before_the_next_minute(serving):
    with serving() as served:
        served.take([served.event("H1", 7, unit="Phường 1", status=2, due_at="2025-01-02T17:00:00+07:00")])
        counted = wait_for_other_than(served, None)
        pause = monotonic() + 1.5
        while monotonic() < pause:
            assert served.service.punctuality.numbers is counted, "nothing has changed"
            sleep(0.05)
        state(served, Unit(code="H29.1", name="Phường 1", calendar="phường"), calendar(9))
        wait_for_other_than(served, counted)


def wait_for_other_than(served: Any, before: Any) -> Any:
    deadline = monotonic() + 10
    while monotonic() < deadline:
        numbers = served.service.punctuality.numbers
        if numbers is not before and numbers.running is not None:
            return numbers
        sleep(0.05)
    raise AssertionError("the metrics were not counted again")


def test_a_file_of_both_is_replayed_to_a_service(serving, tmp_path):
    with serving() as served:
        events = [json.dumps(served.event("H1", hour, unit="Phường 1")).encode() for hour in range(3)]
        file = tmp_path / "city.jsonl"
        file.write_bytes(
            b"\n".join([message(procedure()), message(process()), *events, message(procedure("1.000001"))])
        )
        for changed in (True, False):
            before = served.service.store.last_entry_no
            result = CliRunner().invoke(commands, ["replay", str(file), "--to", str(served.client.base_url), "--json"])
            outcome = json.loads(result.stdout)
            assert (outcome["published"], outcome["catalogue"], outcome["rejected"]) == (3, 3, 0)
            assert served.service.store.last_entry_no == before + (3 if changed else 0)
        served.wait_until_mined()
        found = get(served, f"/v1/procedures/{served.code}")
        assert (found["name"], len(found["approved"]), found["dossiers"]) == ("Đăng ký khai sinh", 1, 1)
