"""Computed due dates over HTTP: by limits of the catalogue and rules of the province; fields; what is due soon."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api import time_answers
from api.service import Service
from api.settings import Settings
from ingest.catalogue_file import read_catalogue
from mining.clocks.due_rules import DueError

TEMPLATES = Path(__file__).parents[3] / "docs" / "templates"
CODE = "1.009901.000.00.00.H29"
JANUARY = {"from": "2025-01-01", "to": "2025-02-01"}
RULES = '[owner.H29]\npolicy = "restart"\ncutoff = "15:00"\n'


def with_catalogue(served):
    """Procedures with their fields, and approved processes: from 2025 on 1 working day at the counter."""
    for name in ("procedures", "processes"):
        served.service.intake.state(read_catalogue(TEMPLATES / f"{name}.csv").statements())
    return served


def handled(served, dossier: str, finish: int | None = 34, **data) -> list:
    """Accepted on Thursday 2 January 10:00, waiting for papers from 16:00 to Friday 08:00, done Friday 10:00."""
    turns = [(10, 2), (16, 5), (32, 4), *([(finish, 9)] if finish else [])]
    return [served.event(dossier, hour, status=status, **{"procedure": CODE, **data}) for hour, status in turns]


def clock_of(served, dossier: str) -> dict:
    return served.client.get(f"/v1/dossiers/{dossier}").json()["clock"]


def on_time(served, address: str = "", **params) -> dict:
    found = served.client.get(f"/v1/on-time{address}", params={**JANUARY, **params})
    assert found.status_code == 200, found.text
    return found.json()


def test_a_dossier_shows_its_computed_due_date_and_what_it_rests_on(empty):
    with_catalogue(empty).take(handled(empty, "H1") + handled(empty, "H2", procedure="1.777777"))
    due = clock_of(empty, "H1")["computed"]
    time_answers.ComputedDue.model_validate(due)
    assert (due["limit_amount"], due["limit_unit"], due["process_version"]) == (1, "working_days", "2")
    assert due["due_at"] == "2025-01-03T07:00:00Z", "Friday 10:00 and 2 working hours of waiting"
    assert (due["owner"], due["decision"]) == ("H29", "QĐ 02/QĐ-UBND (ví dụ)")
    assert due["rules"] == {"policy": "extend", "cutoff": None, "calendar_days": "civil_code"}
    assert due["problem"] is None
    assert clock_of(empty, "H2")["computed"] is None


def test_the_rules_of_the_province_hold_for_its_dossiers(serving, tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    with serving(due_rules=file) as served:
        with_catalogue(served).take(handled(served, "H1"))
        due = clock_of(served, "H1")["computed"]
        assert (due["due_at"], due["rules"]["policy"]) == ("2025-01-06T01:00:00Z", "restart")
        assert due["rules"]["cutoff"] == "15:00:00"
        listed = on_time(served, "/dossiers", basis="computed")["items"]
        assert [one["due_at"] for one in listed] == [due["due_at"]]


def test_computed_figures_stand_beside_the_others_where_there_is_a_limit(empty):
    with_catalogue(empty).take(
        handled(empty, "H1") + handled(empty, "H2", 24 * 5 + 13) + handled(empty, "H3", procedure="1.777777")
    )
    found = on_time(empty, by="procedure")
    time_answers.OnTimePage.model_validate(found)
    first, second = found["items"]
    assert first["group"] == {"procedure": CODE}
    assert (first["computed"]["on_time"], first["computed"]["late"]) == (1, 1)
    assert first["log_based"]["without_due"] == 2
    assert (second["computed"], found["computed_problem"]) == (None, None)
    for verdict in ("on_time", "late"):
        listed = on_time(empty, "/dossiers", basis="computed", procedure=CODE, verdict=verdict)
        assert listed["total"] == first["computed"][verdict]


def test_a_limit_that_cannot_be_counted_spoils_no_other_figure(empty):
    with_catalogue(empty).take(handled(empty, "H1"))
    with empty.service.store.writing() as cursor:
        cursor.execute("UPDATE approved_process SET limit_amount = 99999")
    found = on_time(empty)
    assert (found["items"][0]["computed"], found["items"][0]["log_based"]["finished"]) == (None, 1)
    assert "correct the limit" in found["computed_problem"]
    due = clock_of(empty, "H1")["computed"]
    assert due["due_at"] is None
    assert "correct the limit" in due["problem"]
    refused = empty.client.get("/v1/on-time/dossiers", params={"basis": "computed"})
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/finding-unavailable")
    assert "correct the limit" in refused.json()["detail"]


def test_figures_by_field_and_the_dossiers_behind_them(empty):
    with_catalogue(empty).take(
        handled(empty, "H1") + handled(empty, "H2", procedure="1.009902") + handled(empty, "H3", procedure="1.777777")
    )
    found = {row["group"]["field"]: row["log_based"]["finished"] for row in on_time(empty, by="field")["items"]}
    assert found == {"Hộ tịch": 1, "Đất đai": 1, None: 1}
    for field, finished in found.items():
        listed = on_time(empty, "/dossiers", field=field or "")
        assert (listed["total"], listed["items"][0]["field"]) == (finished, field)
    chosen = on_time(empty, by="procedure", field="Hộ tịch")
    assert [row["group"]["procedure"] for row in chosen["items"]] == [CODE]
    assert on_time(empty, by="procedure", field="none")["items"] == []


def test_figures_by_field_change_with_the_catalogue(empty):
    empty.take(handled(empty, "H1"))
    assert [row["group"]["field"] for row in on_time(empty, by="field")["items"]] == [None]
    with_catalogue(empty)
    assert [row["group"]["field"] for row in on_time(empty, by="field")["items"]] == ["Hộ tịch"]


def test_late_and_overdue_dossiers_with_an_apology(empty):
    due = "2025-01-06T09:00:00+07:00"
    sorry = empty.event("H1", 40, lifecycle="complete", flags={"apology": True}, procedure=CODE)
    empty.take([*handled(empty, "H1", 160, due_at=due), *handled(empty, "H2", None, due_at=due), sorry])
    (row,) = on_time(empty)["items"]
    assert (row["log_based"]["late"], row["log_based"]["overdue"]) == (1, 1)
    assert (row["log_based"]["late_with_apology"], row["log_based"]["apology_share"]) == (1, 0.5)


@pytest.fixture(name="soon")
def _soon(empty):
    """Dossiers due in 20, 5 and 30 hours, and one that was due an hour ago."""
    now = datetime.now(UTC)
    hours = {"D20": 20, "D5": 5, "D30": 30, "late": -1}
    due = {name: (now + timedelta(hours=more)).isoformat() for name, more in hours.items()}
    empty.take(
        [empty.event(name, 10, status=2, due_at=at, unit="A" if name == "D5" else "B") for name, at in due.items()]
    )
    return empty


def test_what_is_due_soon_is_listed_the_most_urgent_first(soon):
    found = soon.client.get("/v1/due-soon").json()
    time_answers.DueSoonPage.model_validate(found)
    own = {soon.client.get(f"/v1/dossiers/{name}").json()["dossier"]: name for name in ("D5", "D20")}
    assert [own[one["dossier"]] for one in found["items"]] == ["D5", "D20"]
    first, second = found["items"]
    assert 5 * 3600 - 120 <= first["remaining_seconds"] <= 5 * 3600 + 120
    assert 0 <= second["remaining_working_seconds"] <= second["remaining_seconds"]
    assert (found["basis"], found["total"], found["next"]) == ("log_based", 2, None)
    counted = soon.client.get("/v1/on-time").json()["items"][0]["log_based"]["due_soon"]
    assert counted == found["total"]


def test_what_is_due_soon_can_be_narrowed_and_comes_in_pages(soon):
    assert soon.client.get("/v1/due-soon", params={"unit": "A"}).json()["total"] == 1
    assert soon.client.get("/v1/due-soon", params={"basis": "computed"}).json()["total"] == 0
    first = soon.client.get("/v1/due-soon", params={"limit": 1}).json()
    second = soon.client.get("/v1/due-soon", params={"limit": 1, "cursor": first["next"]}).json()
    assert len({one["items"][0]["dossier"] for one in (first, second)}) == 2
    assert second["next"] is None
    assert soon.client.get("/v1/due-soon", params={"procedure": "none"}).status_code == 404
    assert soon.client.get("/v1/due-soon", params={"basis": "all"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[owner.H29]\npolicy = "stretch"', r"wrong.toml: owner.H29.policy: the policy 'stretch' is not known"),
        ("[default", r"wrong.toml: this is no valid TOML"),
        (None, r"wrong.toml cannot be read"),
    ],
)
def test_a_wrong_file_of_rules_ends_the_start(tmp_path, text, said):
    file, store = tmp_path / "wrong.toml", tmp_path / "log.duckdb"
    if text is not None:
        file.write_text(text)
    with pytest.raises(DueError, match=rf"TINHGON_DUE_RULES: .*{said}"):
        Service(Settings(kafka="off", store=store, due_rules=file))
    assert not store.exists()
