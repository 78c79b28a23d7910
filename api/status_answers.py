"""What the HTTP API answers about the service itself: what it is, and how it is."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api import examples
from api.shown import shown


class Ingest(BaseModel):
    """How the intake of events is."""

    model_config = shown(examples.INGEST)

    state: Annotated[str, Field(description="starting, running, waiting, stopped or failed.")]
    reason: str
    since: datetime
    lag: Annotated[int, Field(description="Messages in Kafka that wait to be taken in.")]


class Mining(BaseModel):
    """How far the findings follow the events."""

    model_config = shown(examples.MINING)

    refreshes: int
    last_refresh_seconds: float
    behind_since: Annotated[datetime | None, Field(description="Since when events wait to be mined; null: none do.")]


class Comparing(BaseModel):
    """How far dossiers are compared with their approved processes."""

    model_config = shown(examples.COMPARING)

    state: Annotated[
        str, Field(description="idle (nothing is approved), comparing, current or failed; docs/conformance.md.")
    ]
    reason: str
    since: datetime
    compared_event_no: Annotated[int, Field(description="Up to which event dossiers were compared; 0: never yet.")]
    failures: Annotated[int, Field(description="How often comparing failed since the start.")]
    last_seconds: float


class Status(BaseModel):
    """How the service is; `rejected`, `duplicates` and `alarms` count since its start."""

    model_config = shown(examples.STATUS)

    version: str
    ready: bool
    not_ready: Annotated[list[str], Field(description="Why the service is not ready; empty when it is.")]
    events: Annotated[int, Field(description="Stored events.")]
    mined_events: Annotated[int, Field(description="Stored events that the findings include.")]
    rejected: int
    duplicates: int
    ingest: Ingest
    mining: Mining
    conformance: Comparing
    alarms: Annotated[dict[str, int], Field(description="How often each kind of alarm was raised.")]
    last_alarm: str | None


class About(BaseModel):
    """What runs, and where its source code is."""

    model_config = shown(examples.ABOUT)

    name: str
    version: str
    license: str
    source: Annotated[str, Field(description="Address of the source code, also relative to this service.")]


class Alive(BaseModel):
    """The service runs, or is ready."""

    model_config = shown({"status": "ok"})

    status: str = "ok"
