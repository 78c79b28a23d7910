"""The catalogue contract: procedures, their approved processes, units, calendars and targets as messages.

Messages are CloudEvents 1.0 on the compacted topic `procedure-catalogue`; the Kafka key is `kind:code` as `key()`
gives it, and a message without a value withdraws the entry.
"""

import uuid
from datetime import date, datetime, time
from typing import Annotated, Literal

import msgspec

from ingest import IngestError
from ingest.event import Instant, Name, Text

TYPE_PREFIX = "vn.tinhgon.catalogue."
TYPE_VERSION = ".v1"

Hours = Annotated[float, msgspec.Meta(ge=0)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CatalogueError(IngestError):
    """A catalogue message cannot be used; the text says where and why."""


class Procedure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An administrative procedure (thủ tục hành chính)."""

    code: Name
    name: Name
    field: Text | None = None
    owner: Text | None = None
    online_only: bool = False


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The time allowed for a dossier: `amount` hours, working days or calendar days."""

    amount: Annotated[float, msgspec.Meta(gt=0)]
    unit: Literal["hours", "working_days", "calendar_days"]


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of the approved step table; handing over the result (trả kết quả) carries 0 hours."""

    number: Name
    task: Name
    hours: Hours
    unit: Text | None = None
    role: Text | None = None
    result: Text | None = None


class Process(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An approved internal process (quy trình nội bộ) of a procedure, for a case variant and a channel.

    It is in force for dossiers taken in from `effective_from` to `effective_to`, both included, or until a later
    version where there is no such day.
    """

    procedure: Name
    version: Name
    decision: Name
    effective_from: date
    limit: Limit
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    case_variant: Text | None = None
    channel: Text | None = None
    effective_to: date | None = None


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agency or a part of one; `former_codes` are those it had in earlier systems."""

    code: Name
    name: Name
    parent: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: Text | None = None
    former_codes: tuple[Name, ...] = ()
    calendar: Text | None = None


class Slot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Office hours from one time of day to another."""

    opens: time
    closes: time


class DayOff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A day that differs from the week's pattern, and where that is written."""

    day: date
    working: bool
    source: Name


class Calendar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The office hours of a week, by weekday, and the days that differ."""

    code: Name
    version: Name
    week: dict[Weekday, tuple[Slot, ...]]
    days: tuple[DayOff, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promise to be measured: `indicator` shall reach `value` in `period`, as `source` says."""

    code: Name
    indicator: Name
    value: float
    period: Name
    source: Name


Entry = Procedure | Process | Unit | Calendar | Target
KINDS: dict[str, type[Procedure] | type[Process] | type[Unit] | type[Calendar] | type[Target]] = {
    "procedure": Procedure,
    "process": Process,
    "unit": Unit,
    "calendar": Calendar,
    "target": Target,
}


class CatalogueEvent(msgspec.Struct, frozen=True):
    """A catalogue message in structured mode; its `type` says which kind of entry `data` is."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    type: Annotated[str, msgspec.Meta(pattern=r"^vn\.tinhgon\.catalogue\.[a-z]+\.v1$")]
    time: Instant
    data: msgspec.Raw


_decode_envelope = msgspec.json.Decoder(CatalogueEvent).decode


def decode_entry(message: bytes) -> Entry:
    """Decode one catalogue message; raises CatalogueError."""
    return decode_message(message)[1]


def decode_message(message: bytes) -> tuple[CatalogueEvent, Entry]:
    """Decode one catalogue message into its envelope and its entry; raises CatalogueError."""
    try:
        event = _decode_envelope(message)
        kind = event.type[len(TYPE_PREFIX) : -len(TYPE_VERSION)]
        if kind not in KINDS:
            raise CatalogueError(f"type: {event.type} is none of {', '.join(sorted(KINDS))}")
        entry: Entry = msgspec.json.decode(event.data, type=KINDS[kind])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(str(error)) from error
    return event, entry


def encode_message(entry: Entry, *, source: str, at: datetime) -> tuple[bytes, bytes]:
    """Return the Kafka key and the value that state an entry; `source` is a URI, `at` an aware datetime."""
    message = CatalogueEvent(
        specversion="1.0",
        id=str(uuid.uuid4()),
        source=source,
        type=f"{TYPE_PREFIX}{kind_of(entry)}{TYPE_VERSION}",
        time=at,
        data=msgspec.Raw(canonical(entry).encode()),
    )
    return key(entry).encode(), msgspec.json.encode(message)


def canonical(entry: Entry) -> str:
    """Return an entry as JSON in its one form: entries that say the same have the same text."""
    return msgspec.json.encode(entry, order="sorted").decode()


def kind_of(entry: Entry) -> str:
    """Return the kind of an entry, one of KINDS."""
    return type(entry).__name__.lower()


def key(entry: Entry) -> str:
    """Return the Kafka key of an entry: entries with the same key replace each other."""
    if isinstance(entry, Process):
        return compound_key("process", entry.procedure, entry.case_variant or "", entry.channel or "", entry.version)
    if isinstance(entry, Calendar):
        return compound_key("calendar", entry.code, entry.version)
    return f"{kind_of(entry)}:{entry.code}"


def compound_key(kind: str, *parts: str) -> str:
    """Return the key of an entry that several texts identify together: the kind and a JSON array of them."""
    return f"{kind}:{msgspec.json.encode(parts).decode()}"
