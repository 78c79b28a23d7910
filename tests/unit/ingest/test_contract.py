"""The contract documents: what stands in docs/contract is what the decoder does."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ingest.catalogue import KINDS, CatalogueError, Process, decode_entry, key
from ingest.contract import asyncapi, catalogue_schema, documents, event_schema
from ingest.event import EVENT_SCHEMA, DossierEvent, EventData, Flags
from ingest.follow import Route
from ingest.reject import Reason
from ingest.resume import AlarmKind

FOLDER = Path(__file__).parents[3] / "docs" / "contract"


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_documents_in_docs_are_the_ones_the_types_make(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == documents()[name], (
        "run: python -m ingest.contract docs/contract"
    )


def test_there_is_no_other_document() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(documents())


def test_the_columns_are_the_fields_of_the_message() -> None:
    envelope = {"source", "id", "kind", "dossier", "occurred_at"}
    data = set(EventData.__struct_fields__) - {"flags"}
    assert set(EVENT_SCHEMA.names) == envelope | data | set(Flags.__struct_fields__)
    assert set(DossierEvent.__struct_fields__) == {"specversion", "id", "source", "type", "subject", "time", "data"}


def test_the_event_schema_takes_good_events_and_refuses_bad_ones() -> None:
    good: dict[str, Any] = {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:test",
        "type": "vn.tinhgon.dossier.step.v1",
        "subject": "D1",
        "time": "2024-03-04T08:15:00+07:00",
        "data": {"activity": "A", "status": 2, "flags": {"e_signed": True}},
    }
    validator = jsonschema.Draft202012Validator(event_schema())
    assert list(validator.iter_errors(good)) == []
    for broken in ({"id": ""}, {"type": "x"}, {"data": {"status": 11}}, {"specversion": "0.3"}):
        assert list(validator.iter_errors(good | broken)), broken


def test_asyncapi_names_the_topics_and_all_its_references_lead_somewhere() -> None:
    document = asyncapi()
    route = Route()
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {route.events, route.rejected, "procedure-catalogue"}
    references = _references(document)
    assert len(references) >= 9
    for reference in references:
        if not reference.startswith("#/"):
            assert reference in documents()
            continue
        place: Any = document
        for part in reference[2:].split("/"):
            place = place[part]
        assert place


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []


ENTRIES: dict[str, dict[str, Any]] = {
    "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch"},
    "process": {
        "procedure": "1.001193",
        "version": "2",
        "decision": "QĐ 1234/QĐ-UBND",
        "effective_from": "2024-05-01",
        "limit": {"amount": 12, "unit": "working_days"},
        "steps": [
            {"number": "B1", "task": "Tiếp nhận", "role": "một cửa", "hours": 4},
            {"number": "B5", "task": "Trả kết quả", "hours": 0},
        ],
        "channel": "online",
    },
    "unit": {"code": "H29.1", "name": "Sở Tư pháp", "valid_from": "2025-07-01", "former_codes": ["000.18.29.H29"]},
    "calendar": {
        "code": "một cửa",
        "version": "2026-1",
        "week": {"monday": [{"opens": "07:00:00", "closes": "11:30:00"}, {"opens": "13:30:00", "closes": "17:00:00"}]},
        "days": [{"day": "2026-01-10", "working": True, "source": "thông báo hoán đổi ngày làm việc"}],
    },
    "target": {"code": "t1", "indicator": "on-time", "value": 0.95, "period": "2024", "source": "QĐ 766/QĐ-TTg"},
}


def envelope(kind: str, data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:test",
        "type": f"vn.tinhgon.catalogue.{kind}.v1",
        "time": "2024-03-04T08:15:00+07:00",
        "data": data,
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_catalogue_entry_decodes_and_fits_the_schema(kind: str) -> None:
    message = envelope(kind, ENTRIES[kind])
    entry = decode_entry(json.dumps(message).encode())
    assert type(entry) is KINDS[kind]
    assert key(entry).startswith(f"{kind}:")
    validator = jsonschema.Draft202012Validator(catalogue_schema())
    assert list(validator.iter_errors(message)) == []
    assert list(validator.iter_errors(envelope(kind, {})))


def test_two_versions_of_a_process_have_two_keys() -> None:
    first = decode_entry(json.dumps(envelope("process", ENTRIES["process"])).encode())
    second = decode_entry(json.dumps(envelope("process", ENTRIES["process"] | {"version": "3"})).encode())
    assert isinstance(first, Process)
    assert key(first) != key(second)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"{", "truncated"),
        (json.dumps(envelope("poem", {})).encode(), "poem"),
        (json.dumps(envelope("procedure", {"code": "1"})).encode(), "name"),
        (json.dumps(envelope("process", ENTRIES["process"] | {"steps": []})).encode(), "steps"),
        (
            json.dumps(envelope("process", ENTRIES["process"] | {"limit": {"amount": -1, "unit": "hours"}})).encode(),
            "limit.amount",
        ),
    ],
)
def test_a_bad_catalogue_message_says_where(message: bytes, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        decode_entry(message)


def test_the_guide_names_every_reason_alarm_and_field() -> None:
    guide = (FOLDER.parent / "events.md").read_text(encoding="utf-8")
    names = [*Reason, *AlarmKind, *EventData.__struct_fields__, *Flags.__struct_fields__]
    assert [str(name) for name in names if f"`{name}`" not in guide] == []
