"""Who changed promised dates over HTTP: the figures by unit, the changes behind them, and both as tables."""

import io

import pyarrow.parquet as pq
import pytest

from api import time_answers

DUE, LATER, LATEST = (f"2025-01-{day:02}T09:00:00+07:00" for day in (3, 6, 8))
FIGURES = ("reset_due", "reset_finish", "changed")


@pytest.fixture(scope="module")
def own(filled):
    """Dossiers of a procedure of its own in the filled service: three of which dates were changed, one untouched."""
    data = {"procedure": "of resets", "channel": "online"}
    said = [
        ("R1", 10, {"status": 2, "due_at": DUE, "unit": "A"}),
        ("R1", 20, {"lifecycle": "reset-due", "due_at": LATER, "unit": "B"}),
        ("R1", 60, {"lifecycle": "reset-due", "due_at": LATEST, "unit": "B"}),
        ("R2", 10, {"status": 2, "due_at": DUE, "unit": "A"}),
        ("R2", 60, {"status": 9, "unit": "A"}),
        ("R2", 61, {"lifecycle": "reset-finish", "unit": "A"}),
        ("R3", 10, {"status": 2, "due_at": DUE, "unit": "A"}),
        ("R3", 12, {"status": 5, "due_at": LATER}),
        ("R4", 10, {"status": 2, "due_at": DUE, "unit": "A"}),
    ]
    filled.take([filled.event(dossier, hour, **data, **more) for dossier, hour, more in said])
    return filled


def asked(served, address: str = "", **params) -> dict:
    found = served.client.get(f"/v1/resets{address}", params={"procedure": "of resets", **params})
    assert found.status_code == 200, found.text
    return found.json()


def figures(found: dict) -> dict:
    return {row["unit"]: (*(row[name] for name in FIGURES), row["dossiers"]) for row in found["items"]}


def test_the_changes_by_unit(own):
    found = asked(own)
    time_answers.ResetPage.model_validate(found)
    assert list(figures(found).items()) == [("B", (2, 0, 0, 1)), ("A", (0, 1, 0, 1)), (None, (0, 0, 1, 1))]
    assert (found["from"], found["to"], found["total"]) == (None, None, 3)


def test_the_changes_behind_each_figure_are_listed(own):
    for unit, counts in figures(asked(own)).items():
        for name, count in zip(FIGURES, counts, strict=False):
            listed = asked(own, "/dossiers", unit=unit or "", kind=name.replace("_", "-"))
            time_answers.ChangedDatePage.model_validate(listed)
            assert listed["total"] == len(listed["items"]) == count
    (first, _second) = asked(own, "/dossiers", unit="B")["items"]
    assert (first["kind"], first["said_at"]) == ("reset-due", "2025-01-02T13:00:00Z")
    assert (first["due_at"], first["previous_due_at"]) == ("2025-01-06T02:00:00Z", "2025-01-03T02:00:00Z")
    clock = own.client.get(f"/v1/dossiers/{first['dossier']}").json()["clock"]
    assert [one["kind"] for one in clock["promises"]] == ["first", "reset-due", "reset-due"]


def test_a_period_and_a_channel_narrow_the_changes(own):
    period = {"from": "2025-01-03", "to": "2025-01-05"}
    assert figures(asked(own, **period)) == {"A": (0, 1, 0, 1), "B": (1, 0, 0, 1)}
    assert asked(own, "/dossiers", **period)["total"] == 2
    assert asked(own, channel="counter")["total"] == 0


def test_the_changes_come_in_pages(own):
    whole = asked(own, "/dossiers")["items"]
    first = asked(own, "/dossiers", limit=3)
    rest = asked(own, "/dossiers", limit=3, cursor=first["next"])
    assert first["items"] + rest["items"] == whole
    assert (len(whole), rest["next"]) == (4, None)


def test_the_changes_as_tables(own):
    params = {"procedure": "of resets", "limit": 1}
    csv = own.client.get("/v1/resets", params={**params, "format": "csv"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.content.decode("utf-8-sig").splitlines() == [
        '"unit","reset_due","reset_finish","changed","dossiers"',
        '"B",2,0,0,1',
        '"A",0,1,0,1',
        ",0,0,1,1",
    ]
    found = own.client.get("/v1/resets/dossiers", params={**params, "format": "parquet"})
    assert pq.read_table(io.BytesIO(found.content)).num_rows == 4


@pytest.mark.parametrize("address", ["/v1/resets", "/v1/resets/dossiers"])
@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"from": "2025-02-01", "to": "2025-01-01"}, 422, "is empty"),
        ({"from": "tomorrow"}, 422, "neither a date"),
        ({"format": "pdf"}, 422, "format"),
        ({"cursor": "?"}, 422, "cursor"),
        ({"procedure": "none"}, 404, "none"),
    ],
)
def test_a_wrong_question_is_a_problem(own, address, params, status, said):
    found = own.client.get(address, params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


def test_an_unknown_kind_is_a_problem(own):
    assert own.client.get("/v1/resets/dossiers", params={"kind": "first"}).status_code == 422
