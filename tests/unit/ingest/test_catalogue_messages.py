"""Messages of the catalogue's topic: what they state, and why some are refused."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingest.catalogue import Limit, Procedure, Process, Step, Unit, encode_message, key
from ingest.catalogue_topic import as_messages, read_messages
from ingest.decode import MAX_MESSAGE_BYTES
from ingest.reject import Reason

AT = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
UNIT = Unit(code="H29.1", name="Sở A")
PROCESS = Process(
    procedure="1.001193",
    version="1",
    decision="QĐ 1",
    effective_from=date(2024, 1, 1),
    limit=Limit(amount=1, unit="working_days"),
    steps=(Step(number="B1", task="Thẩm định", hours=8),),
)


@dataclass(frozen=True)
class Sent:
    """A message as Kafka delivers it."""

    key: bytes | None
    value: bytes | None
    offset: int = 0
    timestamp: int = 1_751_331_600_000
    partition: int | None = 0
    headers: tuple[tuple[str, bytes], ...] = ()


def sent(entry: Any, **other: Any) -> Sent:
    message_key, value = encode_message(entry, source="urn:test", at=AT)
    return replace(Sent(message_key, value), **other)


def test_a_message_states_its_entry_and_where_it_stood() -> None:
    (statement,), rejected = read_messages([sent(PROCESS, offset=7)], origin="topic")
    assert rejected == ()
    assert (statement.key, statement.entry, statement.source) == (key(PROCESS), PROCESS, "topic/0/7 urn:test")


def test_what_is_published_is_what_is_read() -> None:
    entries = (PROCESS, UNIT, Procedure(code="1.001193", name="Khai sinh"))
    published = [Sent(*message[:2]) for message in as_messages(entries, source="urn:file", at=AT)]
    statements, _rejected = read_messages(published, origin="topic")
    assert tuple(one.entry for one in statements) == entries
    assert len({json.loads(one.value or b"")["id"] for one in published}) == 3


def test_a_message_without_a_value_withdraws_what_its_key_names() -> None:
    written = b'process:["1.000494.000.00.00.H29", "", "2", "1"]'
    (statement,), _rejected = read_messages([Sent(written, None)], origin="topic")
    assert (statement.key, statement.entry) == ('process:["1.000494.H29","","online","1"]', None)


def test_codes_and_channels_are_brought_into_their_one_form_in_entry_and_key() -> None:
    value = sent(Procedure(code="1.000494.000.00.00.H29", name="x")).value
    for written in (b"procedure:1.000494.000.00.00.H29", b"procedure:1.000494.H29"):
        (statement,), _rejected = read_messages([Sent(written, value)], origin="topic")
        assert statement.entry == Procedure(code="1.000494.H29", name="x")
        assert statement.key == "procedure:1.000494.H29"


def test_a_message_is_known_by_what_it_says_and_when_not_by_its_offset() -> None:
    messages = [
        sent(UNIT),
        replace(sent(UNIT), timestamp=1),
        replace(sent(UNIT), value=None),
        replace(sent(UNIT), value=None, timestamp=1),
        sent(Unit(code="H29.1", name="Sở B")),
        Sent(b"unit:H29.2", None),
    ]
    statements, _rejected = read_messages(messages, origin="topic")
    again, _rejected = read_messages([replace(one, offset=99, partition=1) for one in messages], origin="mirror")
    assert len({one.digest for one in statements}) == len(messages)
    assert [one.digest for one in again] == [one.digest for one in statements]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Sent(None, b"{}"), "has no key"),
        (Sent(b"", None), "has no key"),
        (Sent(b"\xff", None), "key of the message is not UTF-8"),
        (Sent(b"poem:1", None), "the key 'poem:1' is not kind:code"),
        (Sent(b"unit:1", b""), "truncated"),
        (Sent(b"unit:1", b"{"), "truncated"),
        (Sent(b"unit:1", b"[]"), "Expected `object`"),
        (Sent(b"unit:1", b"\xff"), "malformed"),
        (Sent(b"unit:1", b"x" * (MAX_MESSAGE_BYTES + 1)), "the limit is 1048576"),
        (sent(UNIT, key=b"unit:H29.2"), "the key of the message is 'unit:H29.2' and must be 'unit:H29.1'"),
        (sent(UNIT, key=b"H29.1"), "is not kind:code"),
        (sent(Unit(code=" ", name="x")), "at `$.code`"),
        (sent(Unit(code="H1", name="x", successor="H1")), "cannot succeed itself"),
        (sent(PROCESS, value=(sent(PROCESS).value or b"").replace(b'"amount":1', b'"amount":-1')), "limit.amount"),
    ],
)
def test_a_message_that_cannot_be_used_is_rejected_alone(message: Sent, said: str) -> None:
    statements, (rejected,) = read_messages([sent(UNIT), replace(message, offset=5), sent(PROCESS)], origin="topic")
    assert [one.entry for one in statements] == [UNIT, PROCESS]
    assert rejected.reason is Reason.INVALID_CATALOGUE
    assert said in rejected.detail
    assert (rejected.origin, rejected.partition, rejected.position, rejected.payload) == ("topic", 0, 5, message.value)
