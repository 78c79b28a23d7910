"""The catalogue as messages: what those of the compacted topic, of files and of requests state, and entries as such."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ingest.catalogue import CatalogueError, CatalogueEvent, Entry, decode_message, encode_message, key
from ingest.catalogue_check import checked, normal_key
from ingest.catalogue_store import Statement
from ingest.decode import FAULTS, MAX_MESSAGE_BYTES, Message, structured
from ingest.reject import Reason, Rejected

_DIGEST_DIGITS = 32
COMPACTED = (("cleanup.policy", "compact"),)
"""The settings of the topic: the newest message of each key is kept for good."""


class KeyedMessage(Message, Protocol):
    """A message with its key, as it arrived; a Kafka consumer record is one as it is."""

    @property
    def key(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A message that came without a key, as those of files and requests do: what it states, and its bytes."""

    statement: Statement
    value: bytes

    @property
    def message(self) -> tuple[bytes, bytes]:
        """The message as the topic takes it: its key, and its value as it was sent."""
        return self.statement.key.encode(), self.value


def read_messages(
    messages: Iterable[KeyedMessage], *, origin: str
) -> tuple[tuple[Statement, ...], tuple[Rejected, ...]]:
    """Return what messages of the topic `origin` state, in their order, and those that cannot be used.

    Raises nothing for bad input: each bad message becomes a `Rejected` that says why.
    """
    statements: list[Statement] = []
    rejected: list[Rejected] = []
    for one in messages:
        try:
            statements.append(_statement(one, origin))
        except CatalogueError as fault:
            rejected.append(
                Rejected(origin, one.partition, one.offset, Reason.INVALID_CATALOGUE, str(fault), one.value)
            )
    return tuple(statements), tuple(rejected)


def read_unkeyed(messages: Iterable[Message], *, origin: str) -> tuple[tuple[Stated, ...], tuple[Rejected, ...]]:
    """Return what messages of the file or request `origin` state, in their order, and those that cannot be used.

    Each message is known by its bytes: the same one read again says nothing new. Raises nothing for bad input.
    """
    stated: list[Stated] = []
    rejected: list[Rejected] = []
    for one in messages:
        try:
            value = structured(one.value or b"", one.headers)
            event, entry = _read(value)
        except (CatalogueError, *FAULTS) as fault:
            rejected.append(Rejected(origin, None, one.offset, Reason.INVALID_CATALOGUE, str(fault), one.value))
        else:
            digest = hashlib.sha256(value).hexdigest()[:_DIGEST_DIGITS]
            statement = Statement.of(entry, f"{origin}/{one.offset} {event.source}", digest=digest)
            stated.append(Stated(statement, value))
    return tuple(stated), tuple(rejected)


def as_messages(
    entries: Iterable[Entry], *, source: str, at: datetime
) -> Iterator[tuple[bytes, bytes, Sequence[tuple[str, bytes]]]]:
    """Yield entries as (key, value, headers) for the topic; `source` is a URI, `at` an aware datetime."""
    for entry in entries:
        message_key, value = encode_message(entry, source=source, at=at)
        yield message_key, value, ()


def _statement(message: KeyedMessage, origin: str) -> Statement:
    place = f"{origin}/{message.partition}/{message.offset}"
    written = _key(message)
    if message.value is None:
        return Statement(normal_key(written), None, place, _digest(message))
    event, entry = _read(message.value)
    if normal_key(written) != key(entry):
        raise CatalogueError(
            f"the key of the message is '{written}' and must be '{key(entry)}': compaction and withdrawal go by the key"
        )
    return Statement.of(entry, f"{place} {event.source}", digest=_digest(message))


def _read(value: bytes) -> tuple[CatalogueEvent, Entry]:
    if len(value) > MAX_MESSAGE_BYTES:
        raise CatalogueError(f"{len(value)} bytes; the limit is {MAX_MESSAGE_BYTES}")
    event, entry = decode_message(value)
    return event, checked(entry)


def _key(message: KeyedMessage) -> str:
    if not message.key:
        raise CatalogueError("the message has no key; compaction and withdrawal go by the key")
    try:
        return message.key.decode()
    except UnicodeDecodeError as error:
        raise CatalogueError("the key of the message is not UTF-8") from error


def _digest(message: KeyedMessage) -> str:
    """Identify a message by its key, its time and what it says: mirroring keeps these, unlike its offset.

    The id that the sender gave is not enough: a withdrawal has none, and some senders use one id for all versions.
    """
    told = hashlib.sha256(f"{message.timestamp}\0{len(message.key or b'')}\0".encode())
    told.update(message.key or b"")
    told.update(b"\0" if message.value is None else b"\1" + message.value)
    return told.hexdigest()[:_DIGEST_DIGITS]
