"""Who was on time over HTTP: the figures of posted dossiers, the dossiers behind them, and wrong questions."""

import pytest

from api import time_answers

JANUARY = {"from": "2025-01-01", "to": "2025-02-01"}
DUE, LATER = "2025-01-03T09:00:00+07:00", "2025-01-06T09:00:00+07:00"
COUNTS = ("early", "on_time", "late", "within", "overdue")


def dossier(served, name: str, finish: int | None, due: str | None = DUE, /, **data) -> list:
    """Accepted on Thursday 2 January 10:00, finished `finish` hours after its midnight, due by default Friday 09:00."""
    events = [served.event(name, 10, status=2, due_at=due, **data)]
    return events + ([served.event(name, finish, status=9, **data)] if finish else [])


def events(served) -> list:
    first, second = {"unit": "A", "channel": "online"}, {"unit": "B", "channel": "counter"}
    reset = served.event("late, reset", 40, lifecycle="reset-due", due_at=LATER, **first)
    return [
        *dossier(served, "early", 15, **first),
        *dossier(served, "same day", 40, **first),
        *dossier(served, "late, reset", 60, **first),
        reset,
        *dossier(served, "late", 60, **second),
        *dossier(served, "overdue", None, **second),
        *dossier(served, "within", None, "2025-02-01T09:00:00+07:00", **second),
        *dossier(served, "free", 20, None, procedure="other"),
    ]


def asked(served, address: str = "", **params) -> dict:
    found = served.client.get(f"/v1/on-time{address}", params={**JANUARY, "procedure": served.code, **params})
    assert found.status_code == 200, found.text
    return found.json()


def figures(counts: dict) -> tuple[int, ...]:
    return tuple(counts[name] for name in COUNTS)


@pytest.fixture(name="own")
def _own(empty):
    empty.take(events(empty))
    return empty


def test_reported_and_log_based_figures_stand_side_by_side(own):
    found = asked(own)
    time_answers.OnTimePage.model_validate(found)
    (row,) = found["items"]
    assert (found["convention"], found["as_of"], found["total"]) == ("A", "2025-01-31T17:00:00Z", 1)
    assert figures(row["reported"]) == (2, 1, 1, 1, 1)
    assert figures(row["log_based"]) == (1, 1, 2, 1, 1)
    assert (row["reported"]["on_time_share"], row["log_based"]["on_time_share"]) == (0.75, 0.5)
    assert (row["log_based"]["finished"], row["log_based"]["running"], row["log_based"]["due_soon"]) == (4, 2, 1)
    assert row["log_based"]["apology_share"] == 0
    assert found["calendar_versions"][0].startswith("public-sector/")


@pytest.mark.parametrize(
    ("convention", "expected"), [("A", (1, 1, 2, 1, 1)), ("B", (1, 0, 3, 1, 1)), ("C", (0, 1, 3, 1, 1))]
)
def test_the_conventions_differ(own, convention, expected):
    (row,) = asked(own, convention=convention)["items"]
    assert figures(row["log_based"]) == expected


def test_groups_add_up_and_the_dossiers_behind_each_figure_are_listed(own):
    everything = own.client.get("/v1/on-time", params={**JANUARY, "by": "procedure,unit,channel,month"}).json()
    assert [tuple(one["group"].values()) for one in everything["items"]] == [
        (own.code, "A", "online", "2025-01"),
        (own.code, "B", "counter", "2025-01"),
        ("other", None, None, "2025-01"),
    ]
    for row in everything["items"]:
        group = {name: value or "" for name, value in row["group"].items()}
        for basis in ("reported", "log_based"):
            for verdict in (*COUNTS, "due_soon"):
                listed = asked(own, "/dossiers", **group, basis=basis, verdict=verdict)
                time_answers.OnTimeDossierPage.model_validate(listed)
                assert listed["total"] == len(listed["items"]) == row[basis][verdict], (group, basis, verdict)


@pytest.mark.parametrize("by", [["unit", "channel"], ["unit,channel"], ["unit, channel,unit"]])
def test_groups_may_be_repeated_or_separated_by_commas(own, by):
    found = asked(own, by=by)
    assert found["by"] == ["unit", "channel"]
    assert found["total"] == 2


def test_figures_and_dossiers_come_in_pages(own):
    whole = asked(own, by="unit")
    first = asked(own, by="unit", limit=1)
    second = asked(own, by="unit", limit=1, cursor=first["next"])
    assert first["items"] + second["items"] == whole["items"]
    assert (first["total"], second["next"]) == (2, None)
    listed = asked(own, "/dossiers")
    page = asked(own, "/dossiers", limit=4)
    rest = asked(own, "/dossiers", limit=4, cursor=page["next"])
    assert page["items"] + rest["items"] == listed["items"]
    assert [one["due_at"] for one in listed["items"]] == sorted(one["due_at"] for one in listed["items"])


def test_a_slice_narrows_the_figures(own):
    assert figures(asked(own, unit="A")["items"][0]["log_based"]) == (1, 1, 1, 0, 0)
    assert figures(asked(own, channel="counter")["items"][0]["log_based"]) == (0, 0, 1, 1, 1)


def test_with_an_end_of_the_period_an_unchanged_answer_is_not_sent_again(own):
    params = {**JANUARY, "by": "unit"}
    for address in ("/v1/on-time", "/v1/on-time/dossiers"):
        tag = own.client.get(address, params=params).headers["ETag"]
        again = own.client.get(address, params=params, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    own.take(dossier(own, "another", 15, unit="A"))
    changed = own.client.get("/v1/on-time", params=params, headers={"If-None-Match": tag, "Cache-Control": "no-cache"})
    assert changed.status_code == 200
    assert changed.json()["items"][0]["log_based"]["early"] == 2


def test_without_an_end_the_figures_are_those_of_this_minute(own):
    found = own.client.get("/v1/on-time").json()
    assert (found["from"], found["items"][0]["group"]) == (None, {})
    assert figures(found["items"][0]["log_based"]) == (1, 2, 2, 0, 2)
    assert found["as_of"].endswith(":00Z")


def test_an_empty_store_has_no_dossiers_on_time(empty):
    assert all(one["log_based"]["finished"] == 0 for one in empty.client.get("/v1/on-time").json()["items"])
    assert empty.client.get("/v1/on-time", params={"by": "unit"}).json()["items"] == []
    assert empty.client.get("/v1/on-time/dossiers").json()["total"] == 0


@pytest.mark.parametrize("address", ["/v1/on-time", "/v1/on-time/dossiers"])
@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"convention": "D"}, 422, "convention"),
        ({"from": "2025-02-01", "to": "2025-01-01"}, 422, "is empty"),
        ({"to": "2100-01-02"}, 422, "2099"),
        ({"from": "tomorrow"}, 422, "neither a date"),
        ({"cursor": "?"}, 422, "cursor"),
        ({"limit": 0}, 422, "limit"),
        ({"procedure": "none"}, 404, "none"),
    ],
)
def test_a_wrong_question_is_a_problem(filled, address, params, status, said):
    found = filled.client.get(address, params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


@pytest.mark.parametrize(
    ("address", "params", "said"),
    [
        ("/v1/on-time", {"by": "officer"}, "'officer' is nothing to group by"),
        ("/v1/on-time/dossiers", {"verdict": "good"}, "verdict"),
        ("/v1/on-time/dossiers", {"basis": "promised"}, "basis"),
        ("/v1/on-time/dossiers", {"month": "January"}, "month"),
    ],
)
def test_a_wrong_group_or_figure_is_a_problem(filled, address, params, said):
    found = filled.client.get(address, params=params)
    assert (found.status_code, found.json()["type"]) == (422, "/problems/invalid-request")
    assert said in found.json()["detail"]
