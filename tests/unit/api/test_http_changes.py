"""Change over time over HTTP: a planted change is found, intended where a version came into force, else a drift."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.compliance import change_answers

BATCH = {"Content-Type": "application/cloudevents-batch+json"}
DRIFTING, STEADY, RENEWED = "changes/1", "changes/2", "changes/3"
FIRST = datetime.fromisoformat("2024-01-08T08:00:00+07:00")
CHANGE_DAY, DAYS = 150, 300
AS_OF = "2025-06-30"


def versions() -> list[dict[str, Any]]:
    days = ("2020-01-01", (FIRST + timedelta(days=CHANGE_DAY)).date().isoformat())
    return [
        {
            "specversion": "1.0",
            "id": f"process-{number}",
            "source": "/catalogue",
            "type": "vn.tinhgon.catalogue.process.v1",
            "time": FIRST.isoformat(),
            "data": {
                "procedure": RENEWED,
                "version": str(number),
                "decision": f"QĐ {number}",
                "effective_from": day,
                "limit": {"amount": 8, "unit": "hours"},
                "steps": [{"number": "B1", "task": "Thẩm định", "hours": 8}],
            },
        }
        for number, day in enumerate(days, 1)
    ]


def log(served: Any) -> list[dict[str, Any]]:
    """A dossier of each procedure a day; appraising takes two of them three times as long from a day on."""
    made = []
    for day in range(DAYS):
        accepted = FIRST + timedelta(days=day)
        if accepted.weekday() > 4:
            continue
        for procedure in (DRIFTING, STEADY, RENEWED):
            factor = 3 if day >= CHANGE_DAY and procedure != STEADY else 1
            hours = (0.5 + 0.1 * (day * 7 % 5)) * factor
            for status, at in ((2, accepted), (9, accepted + timedelta(hours=hours))):
                activity = "Tiếp nhận" if status == 2 else "Thẩm định"
                event = served.event(
                    f"{procedure}-{day}", status, activity, procedure=procedure, status=status, unit="V"
                )
                made.append({**event, "time": at.isoformat()})
    return made


@pytest.fixture(scope="module")
def own(blank: Any) -> Any:
    taken = blank.client.post("/v1/catalogue", content=json.dumps(versions()), headers=BATCH)
    assert taken.status_code < 300, taken.text
    blank.take(log(blank))
    return blank


def asked(served: Any, procedure: str) -> change_answers.ProcedureChanges:
    address = f"/v1/procedures/{procedure.replace('/', '%2F')}/changes"
    found = served.client.get(address, params={"as_of": AS_OF})
    assert found.status_code == 200, found.text
    return change_answers.ProcedureChanges.model_validate(found.json())


def test_a_planted_change_is_a_drift(own: Any) -> None:
    found = asked(own, DRIFTING)
    (change,) = found.items
    assert (change.what, change.intended, change.versions) == ("time", False, [])
    planted = FIRST + timedelta(days=CHANGE_DAY)
    assert change.from_at - timedelta(days=7) <= planted <= change.to_at + timedelta(days=7)
    assert change.hours_after == pytest.approx(3 * change.hours_before, rel=0.3)
    assert (change.transitions[0].source, change.transitions[0].target) == ("Tiếp nhận", "Thẩm định")
    (unit,) = change.units
    assert (unit.unit, unit.dossiers_before) == ("V", change.dossiers_before)
    assert change.q_value <= 0.01


def test_a_change_with_a_new_version_was_intended(own: Any) -> None:
    (change,) = asked(own, RENEWED).items
    assert (change.intended, [one.decision for one in change.versions]) == (True, ["QĐ 2"])


def test_where_nothing_changes_nothing_is_found(own: Any) -> None:
    found = asked(own, STEADY)
    assert (found.procedure, found.items) == (STEADY, [])
    assert found.as_of.isoformat() == "2025-06-29T17:00:00+00:00"


def listed(served: Any, **params: Any) -> change_answers.ChangePage:
    found = served.client.get("/v1/changes", params={"as_of": AS_OF, **params})
    assert found.status_code == 200, found.text
    return change_answers.ChangePage.model_validate(found.json())


def test_the_changes_of_all_procedures_are_those_of_each(own: Any) -> None:
    found = listed(own)
    assert (found.total, {one.procedure for one in found.items}) == (2, {DRIFTING, RENEWED})
    for one in found.items:
        (same,) = asked(own, one.procedure).items
        assert one.model_dump(exclude={"procedure"}) == same.model_dump()
    assert [one.procedure for one in listed(own, intended=True).items] == [RENEWED]
    assert [one.procedure for one in listed(own, intended=False, what="time").items] == [DRIFTING]
    assert listed(own, what="paths").items == []
    first = listed(own, limit=1)
    assert first.items + listed(own, cursor=first.next).items == found.items


@pytest.mark.parametrize(
    "params", [{"what": "mood"}, {"intended": "perhaps"}, {"cursor": "?"}, {"as_of": "2150-01-01"}]
)
def test_a_wrong_question_about_all_changes_is_a_problem(own: Any, params: dict[str, str]) -> None:
    found = own.client.get("/v1/changes", params=params)
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("procedure", "params", "status", "said"),
    [
        ("none", {}, 404, "none"),
        ("changes%2F1", {"as_of": "yesterday"}, 422, "neither a date"),
        ("changes%2F1", {"as_of": "2150-01-01"}, 422, "office hours"),
    ],
)
def test_a_wrong_question_is_a_problem(
    own: Any, procedure: str, params: dict[str, str], status: int, said: str
) -> None:
    found = own.client.get(f"/v1/procedures/{procedure}/changes", params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


def test_an_empty_store_knows_no_procedure_that_changed(empty: Any) -> None:
    assert empty.client.get("/v1/procedures/none/changes").status_code == 404
    assert empty.client.get("/v1/changes").json()["items"] == []


def test_a_procedure_with_few_dossiers_has_no_changes(filled: Any) -> None:
    found = filled.client.get(f"/v1/procedures/{filled.code}/changes").json()
    assert found["items"] == []
