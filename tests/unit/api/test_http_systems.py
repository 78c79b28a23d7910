"""Two systems over HTTP: shares, double entry and what it costs, the end of a system, and the copies behind it."""

import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.compliance import system_answers

AS_OF = "2025-03-01"
OLD, NEW = "cong-cu", "cong-moi"


def typed(served: Any, dossier: str, hour: int, system: str, /, minute: int = 0, **data: Any) -> dict[str, Any]:
    """A step, in one of three activities by the hour, typed into a system."""
    activity = ("Tiếp nhận", "Thẩm định", "Ký")[hour % 3]
    event = served.event(dossier, hour, activity, procedure="of systems", unit="A", source_system=system, **data)
    return {**event, "id": f"{dossier}-{hour}-{system}", "time": event["time"].replace(":00:00+", f":{minute:02}:00+")}


@pytest.fixture(scope="module")
def own(blank: Any) -> Any:
    """a was typed twice under one code, c and d are one dossier under two codes, e and f are in one system each."""
    events = [
        typed(blank, "a", 9, OLD),
        typed(blank, "a", 9, NEW, 20, started_at="2025-01-02T09:10:00+07:00"),
        typed(blank, "a", 10, OLD),
        typed(blank, "a", 10, NEW, 7),
        *(typed(blank, "c", hour, OLD) for hour in (33, 34, 35)),
        *(typed(blank, "d", hour, NEW, 4) for hour in (33, 34, 35)),
        typed(blank, "e", 57, OLD),
        typed(blank, "f", 57, NEW) | {"time": "2025-02-03T09:00:00+07:00"},
    ]
    blank.take(events)
    return blank


def asked(served: Any, address: str = "", **params: Any) -> dict[str, Any]:
    found = served.client.get(f"/v1/systems{address}", params={"as_of": AS_OF, **params})
    assert found.status_code == 200, found.text
    document: dict[str, Any] = found.json()
    return document


def test_shares_per_month_or_week(own: Any) -> None:
    found = system_answers.Systems.model_validate(asked(own))
    months = [(one.period_start.month, one.system, one.events, one.dossiers) for one in found.shares]
    assert months == [(1, OLD, 6, 3), (1, NEW, 5, 1), (2, NEW, 1, 1)]
    weeks: dict[str, float] = {}
    for one in asked(own, every="week")["shares"]:
        weeks[one["period_start"]] = weeks.get(one["period_start"], 0.0) + one["event_share"]
    assert len(weeks) == 2
    assert set(weeks.values()) == {1.0}


def test_double_entry_and_what_it_costs(own: Any) -> None:
    found = system_answers.Systems.model_validate(asked(own))
    (row,) = found.items
    assert (row.procedure, row.unit, row.by_code, row.by_work, row.steps) == ("of systems", "A", 2, 3, 5)
    assert (row.timed, row.assumed, row.assumed_hours) == (1, 4, pytest.approx(4 * 5 / 60))
    assert row.timed_hours == pytest.approx(10 / 60)
    assert found.double_entry.hours == pytest.approx(row.hours)
    assert (found.double_entry.steps, found.double_entry.dossiers) == (5, 2)


def test_the_copies_behind_every_figure_are_listed(own: Any) -> None:
    for row in asked(own)["items"]:
        listed = asked(own, "/dossiers", procedure=row["procedure"], unit=row["unit"] or "")
        system_answers.CopyPage.model_validate(listed)
        assert listed["total"] == len(listed["items"]) == row["steps"]
        assert listed["dossiers"] == row["dossiers"]
        assert sum(one["hours"] for one in listed["items"]) == pytest.approx(row["hours"])
        assert listed["hours"] == pytest.approx(row["hours"])
        assert {one["linked_by"] for one in listed["items"]} == {"code", "work"}
    assert asked(own, "/dossiers", unit="")["items"] == []


def test_the_end_of_a_system(own: Any) -> None:
    assert asked(own)["switch_off"] is None
    found = asked(own, switch_off=f"{OLD}@2025-01-04")["switch_off"]
    assert (found["system"], found["day"], found["days_left"]) == (OLD, "2025-01-04", -56)
    assert (found["last_event_at"], found["silent_days"]) == ("2025-01-04T02:00:00Z", 55)
    assert found["by_unit"] == [{"unit": "A", "events": 1, "dossiers": 1}]
    assert found["events_after"] == 1
    never = asked(own, switch_off="a@b@2025-04-01")["switch_off"]
    assert (never["system"], never["days_left"], never["last_event_at"]) == ("a@b", 31, None)


def test_the_dossiers_behind_what_came_after_the_end_are_listed(own: Any) -> None:
    params = {"switch_off": f"{OLD}@2025-01-03"}
    figures = asked(own, **params)["switch_off"]
    assert figures["events_after"] == 4
    for row in figures["by_unit"]:
        listed = asked(own, "/switch-off/dossiers", unit=row["unit"] or "", **params)
        system_answers.AfterEndPage.model_validate(listed)
        assert (listed["events"], listed["total"]) == (row["events"], row["dossiers"])
        assert [one["events"] for one in listed["items"]] == [3, 1]
    assert asked(own, "/switch-off/dossiers", unit="B", **params)["items"] == []
    first = asked(own, "/switch-off/dossiers", limit=1, **params)
    rest = asked(own, "/switch-off/dossiers", cursor=first["next"], **params)
    assert first["items"] + rest["items"] == listed["items"]
    csv = own.client.get("/v1/systems/switch-off/dossiers", params={**params, "format": "csv"})
    assert len(csv.content.splitlines()) == 3


def test_filters_narrow_the_figures(own: Any) -> None:
    assert asked(own, channel="counter") | {"as_of": None} == asked(own, to="2025-01-01") | {"as_of": None, "to": None}
    later = asked(own, **{"from": "2025-01-03"})
    assert [row["steps"] for row in later["items"]] == [3]
    assert sum(row["events"] for row in later["shares"]) == 8


def test_copies_come_in_pages(own: Any) -> None:
    whole = asked(own, "/dossiers")["items"]
    first = asked(own, "/dossiers", limit=3)
    rest = asked(own, "/dossiers", cursor=first["next"])
    assert (first["items"] + rest["items"], rest["next"], len(whole)) == (whole, None, 5)


def test_figures_and_copies_as_tables(own: Any) -> None:
    def table(address: str, **params: str) -> Any:
        found = own.client.get(address, params={"as_of": AS_OF, "format": "parquet", **params})
        return pq.read_table(io.BytesIO(found.content))

    assert table("/v1/systems").column("steps").to_pylist() == [5]
    assert table("/v1/systems", table="shares").column("events").to_pylist() == [6, 5, 1]
    assert table("/v1/systems/dossiers").num_rows == 5
    csv = own.client.get("/v1/systems", params={"as_of": AS_OF, "format": "csv", "to": "2025-01-01"})
    assert len(csv.content.decode("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "params", "status", "said"),
    [
        ("", {"every": "year"}, 422, "every"),
        ("", {"table": "chairs"}, 422, "table"),
        ("", {"switch_off": "2024-09-30"}, 422, "no end of a system"),
        ("", {"switch_off": "old@soon"}, 422, "old-portal@2024-09-30"),
        ("", {"switch_off": ""}, 422, "no end of a system"),
        ("", {"as_of": "2150-01-01"}, 422, "office hours"),
        ("", {"procedure": "none"}, 404, "none"),
        ("/dossiers", {"procedure": "none"}, 404, "none"),
        ("/dossiers", {"cursor": "?"}, 422, "cursor"),
        ("/switch-off/dossiers", {}, 422, "name a system and a day"),
        ("/switch-off/dossiers", {"switch_off": "old@soon"}, 422, "no end of a system"),
        ("/switch-off/dossiers", {"switch_off": "old@2024-09-30", "procedure": "none"}, 404, "none"),
        ("/dossiers", {"from": "2025-02-01", "to": "2025-01-01"}, 422, "must have a length"),
    ],
)
def test_a_wrong_question_is_a_problem(own: Any, address: str, params: dict[str, str], status: int, said: str) -> None:
    found = own.client.get(f"/v1/systems{address}", params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


def test_an_empty_store_has_no_systems(empty: Any) -> None:
    found = empty.client.get("/v1/systems", params={"switch_off": f"{OLD}@2024-09-30"}).json()
    assert (found["shares"], found["items"], found["double_entry"]["hours"]) == ([], [], 0.0)
    assert (found["switch_off"]["last_event_at"], found["switch_off"]["by_unit"]) == (None, [])
    assert empty.client.get("/v1/systems/dossiers").json()["total"] == 0
