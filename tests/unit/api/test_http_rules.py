"""Rules over HTTP: the book, the figures, the dossiers behind them, and both as tables."""

import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.compliance import rule_answers
from mining.rules.book import RULES

NUMBERS = ("checked", "broken", "kept", "unknown")
AS_OF = "2025-02-01"


@pytest.fixture(scope="module")
def own(blank: Any) -> Any:
    """Dossiers submitted online of two units and of none: a and d are accepted late, b in time, c is not digitised."""
    said = [
        ("a", 8, {"status": 1, "unit": "A"}),
        ("a", 40, {"status": 2, "unit": "A", "flags": {"digitised_input": True}}),
        ("b", 8, {"status": 1, "unit": "A"}),
        ("b", 9, {"status": 2, "unit": "A"}),
        ("c", 8, {"status": 1, "unit": "B"}),
        ("c", 9, {"status": 2, "unit": "B", "flags": {"digitised_input": False}}),
        ("d", 8, {"status": 1}),
        ("d", 40, {"status": 2}),
    ]
    data = {"procedure": "of rules", "channel": "online"}
    blank.take([blank.event(dossier, hour, **data, **more) for dossier, hour, more in said])
    return blank


def asked(served: Any, address: str = "findings", **params: Any) -> dict[str, Any]:
    found = served.client.get(f"/v1/rules/{address}", params={"as_of": AS_OF, **params})
    assert found.status_code == 200, found.text
    document: dict[str, Any] = found.json()
    return document


def test_the_book_has_every_rule_with_its_source_and_thresholds(own: Any) -> None:
    book = rule_answers.RuleBook.model_validate(own.client.get("/v1/rules").json())
    assert [one.code for one in book.items] == [one.code for one in RULES]
    of = {one.code: one for one in book.items}
    assert of["late_acceptance"].thresholds == {"acceptance_hours": 8}
    assert of["late_acceptance"].name.vi == "Tiếp nhận hồ sơ trực tuyến chậm quá 8 giờ làm việc"
    assert of["digitised_input_missing"].thresholds == {"silence_is_no": False}
    duties = of["four_eyes"].thresholds
    assert "thẩm định" in duties["appraising"]["phrases"]  # type: ignore[index]
    assert (of["four_eyes"].basis, bool(of["four_eyes"].source)) == ("practice", True)


def test_the_figures_by_rule_procedure_and_unit(own: Any) -> None:
    found = asked(own, rule=["late_acceptance", "digitised_input_missing"])
    rule_answers.RuleFindingPage.model_validate(found)
    assert found["as_of"] == "2025-01-31T17:00:00Z"
    rows = {(row["rule"], row["unit"]): tuple(row[name] for name in NUMBERS) for row in found["items"]}
    assert rows == {
        ("digitised_input_missing", "A"): (1, 0, 1, 1),
        ("digitised_input_missing", "B"): (1, 1, 0, 0),
        ("digitised_input_missing", None): (0, 0, 0, 1),
        ("late_acceptance", "A"): (2, 1, 1, 0),
        ("late_acceptance", "B"): (1, 0, 1, 0),
        ("late_acceptance", None): (1, 1, 0, 0),
    }
    sums = {row["rule"]: (*(row[name] for name in NUMBERS), row["broken_share"]) for row in found["rules"]}
    assert sums == {"digitised_input_missing": (2, 1, 1, 2, 0.5), "late_acceptance": (4, 2, 2, 0, 0.5)}


def test_the_dossiers_behind_every_figure_are_listed(own: Any) -> None:
    items = asked(own)["items"]
    assert items
    for row in items:
        group = {"rule": row["rule"], "procedure": row["procedure"], "unit": row["unit"] or ""}
        for verdict in ("broken", "kept", "unknown"):
            listed = asked(own, "dossiers", **group, verdict=verdict)
            assert listed["total"] == len(listed["items"]) == row[verdict], (row, verdict)
        assert asked(own, "dossiers", **group)["total"] == row["checked"] + row["unknown"]
    (late,) = asked(own, "dossiers", rule="late_acceptance", unit="A", verdict="broken")["items"]
    assert late["measured"] > 8
    assert own.client.get(f"/v1/dossiers/{late['dossier']}").status_code == 200


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"unit": "A"}, 1),
        ({"unit": ""}, 1),
        ({"unit": "nowhere"}, 0),
        ({"channel": "counter"}, 0),
        ({"from": "2025-01-03"}, 0),
        ({"to": "2025-01-03"}, 3),
    ],
)
def test_filters_narrow_the_figures(own: Any, params: dict[str, str], count: int) -> None:
    found = asked(own, rule="late_acceptance", **params)
    assert found["total"] == len(found["items"]) == count
    assert (found["from"], found["to"]) == tuple(
        "2025-01-02T17:00:00Z" if name in params else None for name in ("from", "to")
    )


def test_figures_and_dossiers_come_in_pages(own: Any) -> None:
    for address in ("findings", "dossiers"):
        whole = asked(own, address, rule="late_acceptance")["items"]
        first = asked(own, address, rule="late_acceptance", limit=2)
        rest = asked(own, address, rule="late_acceptance", limit=2, cursor=first["next"])
        assert (first["items"] + rest["items"], rest["next"]) == (whole, None)


def test_figures_and_dossiers_as_tables(own: Any) -> None:
    params = {"as_of": AS_OF, "rule": "late_acceptance", "limit": 1}
    csv = own.client.get("/v1/rules/findings", params={**params, "format": "csv"})
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"rule","rule_vi","rule_en","procedure","unit","checked"')
    assert len(lines) == 4
    found = own.client.get("/v1/rules/dossiers", params={**params, "format": "parquet"})
    assert pq.read_table(io.BytesIO(found.content)).num_rows == 4


def test_an_unchanged_answer_is_not_sent_again(own: Any) -> None:
    tag = own.client.get("/v1/rules/findings", params={"as_of": AS_OF}).headers["etag"]
    again = own.client.get("/v1/rules/findings", params={"as_of": AS_OF}, headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("address", "params", "status", "said"),
    [
        ("findings", {"rule": "politeness"}, 422, "choose from online_only_intake"),
        ("dossiers", {"rule": "politeness"}, 422, "does not exist"),
        ("dossiers", {}, 422, "rule"),
        ("dossiers", {"rule": "four_eyes", "verdict": "guilty"}, 422, "verdict"),
        ("findings", {"from": "2025-02-01", "to": "2025-01-01"}, 422, "must have a length"),
        ("findings", {"as_of": "2150-01-01"}, 422, "office hours"),
        ("findings", {"as_of": "1950-01-01"}, 422, "office hours"),
        ("findings", {"format": "pdf"}, 422, "format"),
        ("findings", {"cursor": "?"}, 422, "cursor"),
        ("findings", {"procedure": "none"}, 404, "none"),
        ("dossiers", {"rule": "four_eyes", "procedure": "none"}, 404, "none"),
    ],
)
def test_a_wrong_question_is_a_problem(own: Any, address: str, params: dict[str, str], status: int, said: str) -> None:
    found = own.client.get(f"/v1/rules/{address}", params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


def test_an_empty_store_breaks_no_rule(empty: Any) -> None:
    found = empty.client.get("/v1/rules/findings").json()
    assert (found["items"], found["total"]) == ([], 0)
    assert {row["broken_share"] for row in found["rules"]} == {None}
    assert empty.client.get("/v1/rules/dossiers", params={"rule": "four_eyes"}).json()["items"] == []
