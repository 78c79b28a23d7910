"""The catalogue contract: procedures, their approved processes, units, calendars and targets as messages.

Messages are CloudEvents 1.0 on the compacted topic `procedure-catalogue`; the Kafka key is `kind:code` as `key()`
gives it, and a message without a value withdraws the entry.
"""

from datetime import date, time
from typing import Annotated, Literal

import msgspec

from ingest.event import Instant, Name, Text

TYPE_PREFIX = "vn.tinhgon.catalogue."
TYPE_VERSION = ".v1"

Hours = Annotated[float, msgspec.Meta(ge=0)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CatalogueError(ValueError):
    """A catalogue message cannot be used; the text says where and why."""


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """An administrative procedure (thủ tục hành chính)."""

    code: Name
    name: Name
    field: Text | None = None
    owner: Text | None = None
    online_only: bool = False


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """The time allowed for a dossier: `amount` hours, working days or calendar days."""

    amount: Annotated[float, msgspec.Meta(gt=0)]
    unit: Literal["hours", "working_days", "calendar_days"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the approved step table; handing over the result (trả kết quả) carries 0 hours."""

    number: Name
    task: Name
    hours: Hours
    unit: Text | None = None
    role: Text | None = None
    result: Text | None = None


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """An approved internal process (quy trình nội bộ) of a procedure, for a case variant and a channel.

    It is in force for dossiers taken in from `effective_from` to the day before `effective_to`.
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


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """An agency or a part of one; `former_codes` are those it had in earlier systems."""

    code: Name
    name: Name
    parent: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: Text | None = None
    former_codes: tuple[Name, ...] = ()
    calendar: Text | None = None


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Office hours from one time of day to another."""

    opens: time
    closes: time


class DayOff(msgspec.Struct, frozen=True, kw_only=True):
    """A day that differs from the week's pattern, and where that is written."""

    day: date
    working: bool
    source: Name


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The office hours of a week, by weekday, and the days that differ."""

    code: Name
    version: Name
    week: dict[Weekday, tuple[Slot, ...]]
    days: tuple[DayOff, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True):
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
    try:
        event = _decode_envelope(message)
        kind = event.type[len(TYPE_PREFIX) : -len(TYPE_VERSION)]
        if kind not in KINDS:
            raise CatalogueError(f"type: {event.type} is none of {', '.join(sorted(KINDS))}")
        entry: Entry = msgspec.json.decode(event.data, type=KINDS[kind])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(str(error)) from error
    return entry


def key(entry: Entry) -> str:
    """Return the Kafka key of an entry: entries with the same key replace each other."""
    kind = type(entry).__name__.lower()
    if isinstance(entry, Process):
        parts = (entry.procedure, entry.case_variant or "", entry.channel or "", entry.version)
        return f"{kind}:{msgspec.json.encode(parts).decode()}"
    if isinstance(entry, Calendar):
        return f"{kind}:{msgspec.json.encode((entry.code, entry.version)).decode()}"
    return f"{kind}:{entry.code}"
