"""The decoder: what a good message becomes, and a reason for every way in which one can be bad."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import MAX_MESSAGE_BYTES, Decoded, Received, decode
from ingest.encode import encode
from ingest.event import EVENT_SCHEMA, LIFECYCLES
from ingest.reject import Reason

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def message(data: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    whole = {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:test",
        "type": "vn.tinhgon.dossier.step.v1",
        "subject": "000.00.53.H48-240304-0099",
        "time": "2024-03-04T08:15:00.123+07:00",
        "data": {"activity": "Tiếp nhận hồ sơ"} if data is None else data,
        **attributes,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def raw(data: dict[str, Any] | None = None, **attributes: Any) -> bytes:
    return json.dumps(message(data, **attributes), ensure_ascii=False).encode()


def decoded(*values: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> Decoded:
    received = [Received(value, at, 1_709_514_900_000, headers or ()) for at, value in enumerate(values)]
    return decode(received, origin="test", now=NOW)


def test_a_full_event_fills_every_column() -> None:
    data = {
        "procedure": "1.001193",
        "case_variant": "trường hợp 1",
        "process_version": "2",
        "step": "B2",
        "activity": "Thẩm định",
        "lifecycle": "start",
        "status": 4,
        "unit": "H29.1",
        "role": "chuyên viên",
        "officer": "cb1",
        "channel": "online",
        "source_system": "dvc",
        "sequence": 7,
        "started_at": "2024-03-04T08:00:00+07:00",
        "due_at": "2024-03-11T08:15:00+07:00",
        "outcome": "đạt",
        "flags": {"digitised_input": True, "e_signed": False, "e_result": True, "paid_online": True, "apology": False},
    }
    result = decoded(raw(data))
    (row,) = result.events.to_pylist()
    assert result.rejected == ()
    assert result.events.schema == EVENT_SCHEMA
    assert all(value is not None for value in row.values())
    assert row["kind"] == "step"
    assert row["dossier"] == "000.00.53.H48-240304-0099"
    assert row["occurred_at"] == datetime(2024, 3, 4, 1, 15, 0, 123_000, tzinfo=UTC)
    assert row["started_at"] == datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
    assert row["e_signed"] is False
    assert result.received_at.to_pylist() == [datetime(2024, 3, 4, 1, 15, tzinfo=UTC)]


def test_fields_outside_the_allow_list_are_dropped() -> None:
    result = decoded(raw({"activity": "A", "ChuHoSo": "Nguyễn Văn A"}, citizen="079123456789"))
    assert "Nguyễn" not in str(result.events.to_pylist())
    assert "0791" not in str(result.events.to_pylist())
    assert result.events.num_rows == 1


def test_lifecycle_is_complete_unless_said() -> None:
    assert decoded(raw()).events["lifecycle"].to_pylist() == ["complete"]
    everything = decoded(*(raw({"activity": "A", "lifecycle": one}) for one in LIFECYCLES))
    assert everything.events["lifecycle"].to_pylist() == list(LIFECYCLES)


@pytest.mark.parametrize(
    "data", [{"status": 5}, {"lifecycle": "reset-due", "due_at": "2024-03-11T08:15:00+07:00"}, {"activity": "A"}]
)
def test_an_activity_or_a_status_or_a_reset_is_enough(data: dict[str, Any]) -> None:
    assert decoded(raw(data)).events.num_rows == 1


def test_a_blank_activity_beside_a_status_is_none() -> None:
    result = decoded(raw({"activity": "  ", "status": 5}), raw({"activity": "A", "status": 5}, id="2"))
    assert result.events["activity"].to_pylist() == [None, "A"]
    assert result.rejected == ()


@pytest.mark.parametrize("due_at", ["1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_made_up_dates_of_starts_and_due_dates_mean_none(due_at: str) -> None:
    data = {"activity": "A", "started_at": "1899-12-30T00:00:00Z", "due_at": due_at}
    both = decoded(raw(data), raw({"activity": "A", "started_at": "2024-03-04T08:00:00+07:00"}, id="2"))
    assert both.events["due_at"].to_pylist() == [None, None]
    assert [start is None for start in both.events["started_at"].to_pylist()] == [True, False]


BAD: dict[str, tuple[bytes | None, Reason]] = {
    "no value": (None, Reason.EMPTY),
    "empty": (b"", Reason.EMPTY),
    "too large": (b'"' + b"x" * MAX_MESSAGE_BYTES + b'"', Reason.TOO_LARGE),
    "not utf-8": (raw().replace("Tiếp".encode(), b"Ti\xff"), Reason.NOT_UTF8),
    "truncated": (raw()[:-5], Reason.MALFORMED_JSON),
    "trailing bytes": (raw() + b"x", Reason.MALFORMED_JSON),
    "xml": (b"<event/>", Reason.MALFORMED_JSON),
    "not a number": (raw().replace(b'"specversion"', b'"n": NaN, "specversion"'), Reason.MALFORMED_JSON),
    "half a surrogate": (raw(id="x").replace(b'"x"', b'"\\ud800"'), Reason.MALFORMED_JSON),
    "nested deeply": (raw().replace(b'"data"', b'"x":' + b"[" * 90_000 + b"]" * 90_000 + b',"data"'), Reason.TOO_DEEP),
    "an array": (b"[]", Reason.NOT_AN_OBJECT),
    "a string": (b'"event"', Reason.NOT_AN_OBJECT),
    "null": (b"null", Reason.NOT_AN_OBJECT),
    "old specversion": (raw(specversion="0.3"), Reason.UNSUPPORTED_SPECVERSION),
    "other type": (raw(type="com.example.order"), Reason.UNKNOWN_TYPE),
    "other version": (raw(type="vn.tinhgon.dossier.step.v2"), Reason.UNKNOWN_TYPE),
    "no specversion": (raw(specversion=...), Reason.MISSING_SPECVERSION),
    "no id": (raw(id=...), Reason.MISSING_ID),
    "empty id": (raw(id=""), Reason.MISSING_ID),
    "no source": (raw(source=...), Reason.MISSING_SOURCE),
    "no type": (raw(type=...), Reason.MISSING_TYPE),
    "no subject": (raw(subject=...), Reason.MISSING_SUBJECT),
    "blank subject": (raw(subject="  "), Reason.MISSING_SUBJECT),
    "no time": (raw(time=...), Reason.MISSING_TIME),
    "no data": (json.dumps({k: v for k, v in message().items() if k != "data"}).encode(), Reason.MISSING_DATA),
    "nothing happened": (raw({}), Reason.MISSING_ACTIVITY),
    "blank activity": (raw({"activity": " "}), Reason.MISSING_ACTIVITY),
    "time is no time": (raw(time="hôm qua"), Reason.INVALID_TIME),
    "30 February": (raw(time="2024-02-30T08:00:00+07:00"), Reason.INVALID_TIME),
    "time as a number": (raw(time=1_709_514_900), Reason.INVALID_TIME),
    "due date is no time": (raw({"activity": "A", "due_at": "mai"}), Reason.INVALID_TIME),
    "time without offset": (raw(time="2024-03-04T08:15:00"), Reason.TIME_WITHOUT_OFFSET),
    "start without offset": (
        raw({"activity": "A", "started_at": "2024-03-04T08:15:00"}),
        Reason.TIME_WITHOUT_OFFSET,
    ),
    "future": (raw(time=(NOW + timedelta(days=1, seconds=1)).isoformat()), Reason.TIME_IN_FUTURE),
    "before 1990": (raw(time="1989-12-31T23:59:59Z"), Reason.TIME_TOO_OLD),
    "year 1": (raw(time="0001-01-01T00:00:00+14:00"), Reason.TIME_TOO_OLD),
    "unknown lifecycle": (raw({"activity": "A", "lifecycle": "finished"}), Reason.UNKNOWN_LIFECYCLE),
    "status 12": (raw({"activity": "A", "status": 12}), Reason.INVALID_STATUS),
    "status as text": (raw({"activity": "A", "status": "2"}), Reason.INVALID_STATUS),
    "long activity": (raw({"activity": "A" * 513}), Reason.FIELD_TOO_LONG),
    "long id": (raw(id="1" * 513), Reason.FIELD_TOO_LONG),
    "activity as a number": (raw({"activity": 5}), Reason.INVALID_FIELD),
    "huge sequence": (raw({"activity": "A", "sequence": 2**63}), Reason.INVALID_FIELD),
    "data is a list": (json.dumps(message() | {"data": []}).encode(), Reason.INVALID_FIELD),
    "flag is a word": (raw({"activity": "A", "flags": {"e_signed": "yes"}}), Reason.INVALID_FIELD),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_every_bad_message_has_its_reason_and_keeps_its_bytes(name: str) -> None:
    value, reason = BAD[name]
    result = decoded(raw(id="before"), value, raw(id="after"))
    (rejected,) = result.rejected
    assert rejected.reason is reason
    assert (rejected.origin, rejected.position, rejected.payload) == ("test", 1, value)
    assert rejected.detail
    assert result.events["id"].to_pylist() == ["before", "after"]
    assert len(result.received_at) == 2


def test_every_reason_code_is_covered_here() -> None:
    elsewhere = {Reason.UNSUPPORTED_CONTENT_TYPE, Reason.INVALID_CATALOGUE}
    assert {reason for _value, reason in BAD.values()} | elsewhere == set(Reason)


def test_the_words_of_a_reject_do_not_repeat_what_was_sent() -> None:
    for value, _reason in BAD.values():
        for rejected in decoded(value).rejected:
            assert "hôm qua" not in rejected.detail
            assert "A" * 20 not in rejected.detail


BINARY = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"1"),
    ("ce_source", b"urn:test"),
    ("ce_type", b"vn.tinhgon.dossier.step.v1"),
    ("ce_subject", b"D1"),
    ("ce_time", b"2024-03-04T08:15:00+07:00"),
    ("content-type", b"application/json; charset=utf-8"),
    ("traceparent", b"\xff"),
]


def test_binary_mode_says_the_same_as_structured_mode() -> None:
    structured = decoded(raw(subject="D1", time="2024-03-04T08:15:00+07:00"))
    binary = decoded('{"activity": "Tiếp nhận hồ sơ"}'.encode(), headers=BINARY)
    assert binary.rejected == ()
    assert binary.events.equals(structured.events)


@pytest.mark.parametrize(
    ("change", "value", "reason"),
    [
        (("ce_id", None), b'{"activity": "A"}', Reason.MISSING_ID),
        (("ce_subject", b"\xff"), b'{"activity": "A"}', Reason.NOT_UTF8),
        (("content-type", b"text/xml"), b"<a/>", Reason.UNSUPPORTED_CONTENT_TYPE),
        (("ce_type", b"x"), b'{"activity": "A"}', Reason.UNKNOWN_TYPE),
        (("ce_type", None), b"{", Reason.MALFORMED_JSON),
    ],
)
def test_bad_binary_messages(change: tuple[str, bytes | None], value: bytes, reason: Reason) -> None:
    headers = [(name, raw) for name, raw in BINARY if name != change[0]]
    if change[1] is not None:
        headers.append((change[0], change[1]))
    (rejected,) = decoded(value, headers=headers).rejected
    assert rejected.reason is reason


def test_headers_of_others_do_not_make_a_message_binary() -> None:
    assert decoded(raw(), headers=[("traceparent", b"00-1")]).events.num_rows == 1
    (rejected,) = decoded(raw(), headers=[("content-type", b"application/avro")]).rejected
    assert rejected.reason is Reason.UNSUPPORTED_CONTENT_TYPE


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda text: text.strip())
instants = st.datetimes(datetime(1990, 1, 2), datetime(2024, 5, 30), timezones=st.just(UTC))  # noqa: DTZ001
events = st.fixed_dictionaries(
    {"id": texts, "subject": texts, "time": instants, "activity": texts},
    optional={"officer": texts, "sequence": st.integers(0, 2**63 - 1), "due_at": instants, "unit": texts},
)


@given(st.lists(events, max_size=5))
def test_encoding_what_was_decoded_gives_the_same_columns(rows: list[dict[str, Any]]) -> None:
    values = []
    for row in rows:
        data = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
            if name not in {"id", "subject", "time"}
        }
        values.append(raw(data, id=row["id"], subject=row["subject"], time=row["time"].isoformat()))
    first = decoded(*values)
    again = decoded(*(value for _key, value in encode(first.events)))
    assert first.rejected == again.rejected == ()
    assert first.events.num_rows == len(rows)
    assert again.events.equals(first.events)


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_break_the_decoder_and_every_message_ends_in_one_part(values: list[bytes]) -> None:
    result = decoded(*values)
    assert result.events.num_rows + len(result.rejected) == len(values)
