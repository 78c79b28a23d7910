"""The event contract: what a procedure-handling event may say, as a message and as columns.

An event is a CloudEvents 1.0 message. `DossierEvent` is its JSON form; `EVENT_SCHEMA` is the same thing as
Arrow columns, which is the form that every source (Kafka, HTTP, files) hands to the store. Fields that are not
named here are never kept: this list is the allow-list of personal-data protection.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import pyarrow as pa

TYPE_PREFIX = "vn.tinhgon.dossier."
TYPE_VERSION = ".v1"
TYPE_PATTERN = r"^vn\.tinhgon\.dossier\.[a-z][a-z0-9-]*\.v1$"

MAX_TEXT = 512
MAX_BIGINT = 2**63 - 1

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Lifecycle = Literal[
    "start",
    "complete",
    "suspend",
    "resume",
    "reset-due",
    "reset-finish",
    "schedule",
    "assign",
    "reassign",
    "withdraw",
    "autoskip",
    "manualskip",
    "ate_abort",
    "pi_abort",
]
"""The transactional life cycle of IEEE 1849 (XES) and the two buttons that rewrite official figures."""

LIFECYCLES: tuple[str, ...] = Lifecycle.__args__  # type: ignore[attr-defined]


class Flags(msgspec.Struct, frozen=True, gc=False):
    """What was done digitally, or to make good a delay; absent means that the source does not say."""

    digitised_input: bool | None = None
    e_signed: bool | None = None
    e_result: bool | None = None
    paid_online: bool | None = None
    apology: bool | None = None


NO_FLAGS = Flags()


class EventData(msgspec.Struct, frozen=True, gc=False):
    """The `data` of an event. An event says an activity, or a status, or a reset; the rest is optional."""

    procedure: Text | None = None
    case_variant: Text | None = None
    process_version: Text | None = None
    step: Text | None = None
    activity: Text | None = None
    lifecycle: Lifecycle = "complete"
    status: Annotated[int, msgspec.Meta(ge=1, le=10)] | None = None
    unit: Text | None = None
    role: Text | None = None
    officer: Text | None = None
    channel: Text | None = None
    source_system: Text | None = None
    sequence: Annotated[int, msgspec.Meta(ge=0, le=MAX_BIGINT)] | None = None
    started_at: Instant | None = None
    due_at: Instant | None = None
    outcome: Text | None = None
    flags: Flags = NO_FLAGS


class DossierEvent(msgspec.Struct, frozen=True, gc=False):
    """A CloudEvents 1.0 message in structured mode; `id` + `source` identify it, `subject` is the dossier."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    # Said in the schema only: `ingest.decode` checks the pattern once per distinct type, not once per event.
    type: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": TYPE_PATTERN}, max_length=MAX_TEXT)]
    subject: Name
    time: Instant
    data: EventData


INSTANT = pa.timestamp("us", tz="UTC")

EVENT_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("dossier", pa.string(), nullable=False),
        pa.field("occurred_at", INSTANT, nullable=False),
        ("started_at", INSTANT),
        ("procedure", pa.string()),
        ("case_variant", pa.string()),
        ("process_version", pa.string()),
        ("step", pa.string()),
        ("activity", pa.string()),
        pa.field("lifecycle", pa.string(), nullable=False),
        ("status", pa.int8()),
        ("unit", pa.string()),
        ("role", pa.string()),
        ("officer", pa.string()),
        ("channel", pa.string()),
        ("source_system", pa.string()),
        ("sequence", pa.int64()),
        ("due_at", INSTANT),
        ("outcome", pa.string()),
        ("digitised_input", pa.bool_()),
        ("e_signed", pa.bool_()),
        ("e_result", pa.bool_()),
        ("paid_online", pa.bool_()),
        ("apology", pa.bool_()),
    ]
)
"""An event as columns; all instants are UTC with microseconds. `dossier` and `officer` are still in clear here:
the store replaces them by keyed hashes before it writes anything."""
