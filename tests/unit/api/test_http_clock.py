"""The legal clock of a dossier over HTTP, and the calendars that its working time is counted by."""

from datetime import UTC, datetime, timedelta

import pytest

from api.service import Service
from api.settings import Settings
from api.time_answers import Clock
from mining.working_time.calendar import CalendarError

HOUR = 3600.0
DUE, LATER = "2025-01-03T09:00:00+07:00", "2025-01-06T09:00:00+07:00"
WEEK = """code = "{code}"
[week]
monday-sunday = ["00:00-12:00"]
"""


def handled(served, dossier: str, unit: str | None = None) -> list:
    """Submitted on Thursday 06:00, accepted 10:00, waiting for papers from 16:00, back Friday 08:00, done 10:00."""
    hours = ((6, 1), (10, 2), (16, 5), (32, 4), (34, 9), (38, 10))
    return [served.event(dossier, hour, status=status, unit=unit, due_at=DUE) for hour, status in hours]


def clock_of(served, dossier: str) -> dict:
    found = served.client.get(f"/v1/dossiers/{dossier}").json()["clock"]
    Clock.model_validate(found)
    return found


def test_the_clock_of_a_finished_dossier(empty):
    empty.take(handled(empty, "H1", "A"))
    found = clock_of(empty, "H1")
    assert (found["submitted_at"], found["accepted_at"]) == ("2025-01-01T23:00:00Z", "2025-01-02T03:00:00Z")
    assert (found["finished_at"], found["returned_at"]) == ("2025-01-03T03:00:00Z", "2025-01-03T07:00:00Z")
    assert (found["finish_kind"], found["status_known"], found["supplements"]) == ("finished", True, 1)
    assert [(one["holder"], one["state"], one["from"], one["to"]) for one in found["spans"]] == [
        ("agency", "handling", "2025-01-02T03:00:00Z", "2025-01-02T09:00:00Z"),
        ("citizen", "supplement", "2025-01-02T09:00:00Z", "2025-01-03T01:00:00Z"),
        ("agency", "handling", "2025-01-03T01:00:00Z", "2025-01-03T03:00:00Z"),
    ]
    assert [one["working_seconds"] for one in found["spans"]] == [4 * HOUR, 2 * HOUR, 2 * HOUR]
    assert found["held"] == {
        "agency": {"elapsed_seconds": 8 * HOUR, "working_seconds": 6 * HOUR},
        "citizen": {"elapsed_seconds": 16 * HOUR, "working_seconds": 2 * HOUR},
        "suspended": {"elapsed_seconds": 0, "working_seconds": 0},
    }
    assert found["calendar_version"].startswith("public-sector/")


def test_promises_and_resets_are_listed_beside_the_first_promise(empty):
    reset = empty.event("H1", 33, lifecycle="reset-due", due_at=LATER, unit="B")
    empty.take([*handled(empty, "H1", "A"), reset])
    found = clock_of(empty, "H1")
    assert found["promised_due_at"] == "2025-01-03T02:00:00Z"
    listed = [(one["kind"], one["unit"], one["due_at"], one["previous_due_at"]) for one in found["promises"]]
    assert listed[:2] == [
        ("first", "A", "2025-01-03T02:00:00Z", None),
        ("reset-due", "B", "2025-01-06T02:00:00Z", "2025-01-03T02:00:00Z"),
    ]


def test_a_clock_that_runs_is_read_at_the_present_minute(empty):
    empty.take(handled(empty, "H1")[:2])
    found = clock_of(empty, "H1")
    (span,) = found["spans"]
    as_of = datetime.fromisoformat(found["as_of"])
    assert timedelta() <= datetime.now(UTC) - as_of < timedelta(minutes=2)
    assert (found["finish_kind"], found["finished_at"], span["to"]) == ("open", None, None)
    assert span["elapsed_seconds"] == (as_of - datetime(2025, 1, 2, 3, tzinfo=UTC)).total_seconds()
    assert 0 < span["working_seconds"] < span["elapsed_seconds"]


def test_without_a_status_the_clock_says_so(filled):
    found = clock_of(filled, "H8")
    assert (found["status_known"], found["submitted_at"]) == (False, None)
    assert found["held"]["agency"]["elapsed_seconds"] == 3 * HOUR


def test_the_calendar_of_a_unit_holds_for_it_and_the_default_for_others(serving, tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(WEEK.format(code="A"))
    with serving(calendars=file) as served:
        served.take(handled(served, "H1", "A") + handled(served, "H2", "B") + handled(served, "H3"))
        own, other, none = (clock_of(served, dossier) for dossier in ("H1", "H2", "H3"))
    assert own["calendar_version"].startswith("A/")
    assert own["held"]["agency"]["working_seconds"] == (2 + 2) * HOUR
    assert {one["calendar_version"].partition("/")[0] for one in (other, none)} == {"public-sector"}
    assert other["held"] == none["held"]


def test_a_calendar_named_as_the_default_replaces_it(serving, tmp_path):
    file = tmp_path / "default.toml"
    file.write_text(WEEK.format(code="public-sector"))
    with serving(calendars=file) as served:
        served.take(handled(served, "H1", "B"))
        assert clock_of(served, "H1")["held"]["agency"]["working_seconds"] == 4 * HOUR


@pytest.mark.parametrize(("name", "text"), [("wrong.toml", "code = 1"), ("wrong.txt", ""), ("missing.toml", None)])
def test_a_wrong_file_of_calendars_ends_the_start(tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text)
    store = tmp_path / "log.duckdb"
    with pytest.raises(CalendarError, match=rf"TINHGON_CALENDARS: .*{name}"):
        Service(Settings(kafka="off", store=store, calendars=tmp_path / name))
    assert not store.exists()
