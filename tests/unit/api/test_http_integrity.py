"""Integrity over HTTP: what is to be asked of units, beside who was on time, and the dossiers behind it."""

import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.compliance import integrity_answers
from mining.integrity.kinds import KIND, QUESTION_EN, QUESTION_VI

AS_OF = "2025-03-01"
DUE, LATER = "2025-01-03T09:00:00+07:00", "2025-01-09T09:00:00+07:00"


@pytest.fixture(scope="module")
def own(blank: Any) -> Any:
    """Unit B rewrites two dates that have passed and is late; A finishes in time, and C sets a finish back."""
    said = [
        *((f"B{number}", 8, {"status": 2, "due_at": DUE, "unit": "B"}) for number in range(2)),
        *((f"B{number}", 50, {"lifecycle": "reset-due", "due_at": LATER, "unit": "B"}) for number in range(2)),
        *((f"B{number}", 60, {"status": 9, "unit": "B"}) for number in range(2)),
        ("A", 8, {"status": 2, "due_at": DUE, "unit": "A"}),
        ("A", 20, {"status": 9, "unit": "A"}),
        ("C", 8, {"status": 2, "due_at": DUE, "unit": "C"}),
        ("C", 60, {"status": 9, "unit": "C"}),
        ("C", 61, {"lifecycle": "reset-finish"}),
    ]
    data = {"procedure": "of dates", "channel": "online"}
    blank.take([blank.event(dossier, hour, **data, **more) for dossier, hour, more in said])
    return blank


def asked(served: Any, address: str = "", **params: Any) -> dict[str, Any]:
    found = served.client.get(f"/v1/integrity{address}", params={"as_of": AS_OF, **params})
    assert found.status_code == 200, found.text
    document: dict[str, Any] = found.json()
    return document


def test_what_is_to_be_asked_stands_beside_who_was_on_time(own: Any) -> None:
    found = integrity_answers.IntegrityPage.model_validate(asked(own))
    assert (found.note.vi, found.note.en) == (QUESTION_VI, QUESTION_EN)
    first, *_, last = found.items
    assert (first.unit, first.looked_at) == ("B", 2)
    (finding,) = first.findings
    assert (finding.kind, finding.count, finding.checked) == ("due_rewritten", 2, 2)
    assert finding.note.vi.endswith(QUESTION_VI)
    assert finding.note.en.endswith(QUESTION_EN)
    assert (first.reported.on_time_share, first.log_based.on_time_share, first.share_above_log) == (1.0, 0.0, 1.0)
    assert (last.unit, last.findings, last.share_above_log) == ("A", [], 0.0)


def test_the_dossiers_behind_every_finding_are_listed(own: Any) -> None:
    findings = [(row["unit"], one) for row in asked(own)["items"] for one in row["findings"]]
    assert {one["kind"] for _, one in findings} == {"due_rewritten", "finish_reset"}
    for unit, one in findings:
        listed = asked(own, "/dossiers", kind=one["kind"], unit=unit or "")
        integrity_answers.IntegrityDossierPage.model_validate(listed)
        assert listed["dossiers"] == one["count"]
        assert {row["dossier"] for row in listed["items"]} == set(one["dossiers"])
        assert listed["as_of"] == asked(own)["as_of"]
    for kind in KIND:
        in_all = sum(one["count"] for _, one in findings if one["kind"] == kind)
        assert asked(own, "/dossiers", kind=kind)["dossiers"] == in_all


def test_filters_narrow_what_is_shown(own: Any) -> None:
    assert [row["unit"] for row in asked(own, unit="B")["items"]] == ["B"]
    shown = asked(own, kind="finish_reset")["items"]
    assert [one["kind"] for row in shown for one in row["findings"]] == ["finish_reset"]
    assert asked(own, channel="counter")["items"] == []
    assert asked(own, procedure="of dates")["total"] == asked(own)["total"]
    assert asked(own, to="2025-01-02")["items"] == []


def test_units_and_evidence_come_in_pages(own: Any) -> None:
    for address, params in (("", {}), ("/dossiers", {"kind": "due_rewritten"})):
        whole = asked(own, address, **params)["items"]
        first = asked(own, address, limit=1, **params)
        rest = asked(own, address, cursor=first["next"], **params)
        assert (first["items"] + rest["items"], rest["next"]) == (whole, None)


def test_findings_and_evidence_as_tables(own: Any) -> None:
    csv = own.client.get("/v1/integrity", params={"as_of": AS_OF, "format": "csv"}).content.decode("utf-8-sig")
    header, *lines = csv.splitlines()
    assert header.startswith('"unit","kind","kind_vi","kind_en","count","checked"')
    assert len(lines) == 2
    assert all(QUESTION_VI in line and QUESTION_EN in line for line in lines)
    params = {"as_of": AS_OF, "kind": "due_rewritten", "format": "parquet"}
    table = pq.read_table(io.BytesIO(own.client.get("/v1/integrity/dossiers", params=params).content))
    assert table.num_rows == 2
    assert QUESTION_VI.encode() in table.schema.metadata[b"notes"]


@pytest.mark.parametrize("address", ["/v1/integrity", "/v1/integrity/dossiers"])
@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"kind": "fraud"}, 422, "choose from due_rewritten"),
        ({"kind": "due_rewritten", "from": "2025-02-01", "to": "2025-01-01"}, 422, "must have a length"),
        ({"kind": "due_rewritten", "as_of": "2150-01-01"}, 422, "office hours"),
        ({"kind": "due_rewritten", "format": "pdf"}, 422, "format"),
        ({"kind": "due_rewritten", "cursor": "?"}, 422, "cursor"),
        ({"kind": "due_rewritten", "procedure": "none"}, 404, "none"),
    ],
)
def test_a_wrong_question_is_a_problem(own: Any, address: str, params: dict[str, str], status: int, said: str) -> None:
    found = own.client.get(address, params=params)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]


def test_evidence_without_a_kind_is_a_problem(own: Any) -> None:
    assert own.client.get("/v1/integrity/dossiers").status_code == 422


def test_an_empty_store_asks_nothing(empty: Any) -> None:
    found = empty.client.get("/v1/integrity").json()
    assert (found["items"], found["total"], found["note"]["vi"]) == ([], 0, QUESTION_VI)
    for kind in KIND:
        assert empty.client.get("/v1/integrity/dossiers", params={"kind": kind}).json()["total"] == 0
