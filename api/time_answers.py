"""What the HTTP API answers about time: the documents on elapsed time and legal clocks."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api import examples
from api.shown import FROM, TO, shown


class Elapsed(BaseModel):
    """Elapsed seconds, nights and days off included."""

    model_config = shown(examples.ELAPSED)

    mean: float
    median: float
    p90: float


class Held(BaseModel):
    """How long somebody held the clock: by the wall clock, and within office hours."""

    model_config = shown(examples.HELD)

    elapsed_seconds: float
    working_seconds: float


class HeldBy(BaseModel):
    """How long each held the clock; the three add up to the whole."""

    model_config = shown(examples.HELD_BY)

    agency: Held
    citizen: Held
    suspended: Held


class ClockSpan(Held):
    """A stretch of a clock, and who held it; one that goes on has `to` null, and its time is that until `as_of`."""

    model_config = shown(examples.SPAN)

    holder: Annotated[str, Field(description="agency, citizen or suspended.")]
    state: Annotated[str, Field(description="Why: handling, supplement, payment, outside or suspended.")]
    from_at: Annotated[datetime, FROM]
    to_at: Annotated[datetime | None, TO]


class Promise(BaseModel):
    """A promised date: the first, one that changed it, or a reset of the due date or of the finish by hand."""

    model_config = shown(examples.PROMISE)

    kind: Annotated[str, Field(description="first, changed, reset-due or reset-finish.")]
    said_at: datetime
    unit: Annotated[str | None, Field(description="Who said it.")]
    due_at: datetime
    previous_due_at: datetime | None


class Clock(BaseModel):
    """The legal clock of a dossier as a timeline, with every promise and reset; docs/clocks.md explains it."""

    model_config = shown(examples.CLOCK)

    as_of: Annotated[datetime, Field(description="Up to when a clock that runs was read.")]
    calendar_version: Annotated[str, Field(description="The office hours that working time was counted by.")]
    submitted_at: datetime | None
    accepted_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    finish_kind: Annotated[str, Field(description="finished, withdrawn, refused, open or submitted (not accepted).")]
    status_known: Annotated[bool, Field(description="False: only from when to when activities went is known.")]
    supplements: Annotated[int, Field(description="How often papers were asked for.")]
    reopenings: Annotated[int, Field(description="How often work went on after an end.")]
    promised_due_at: Annotated[datetime | None, Field(description="The first promise; it never changes.")]
    reported_due_at: Annotated[datetime | None, Field(description="The due date after changes and resets.")]
    reported_finished_at: Annotated[datetime | None, Field(description="The finish after resets.")]
    apologised_at: datetime | None
    held: HeldBy
    spans: list[ClockSpan]
    promises: list[Promise]
