"""What the HTTP API answers about two systems for one piece of work; docs/two-systems.md explains it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.compliance import examples
from api.shown import FROM, TO, Next, shown


class SystemShare(BaseModel):
    """What a system sent in a month or week, and its shares of all; event shares of a period add up to 1."""

    model_config = shown(examples.SYSTEM_SHARE)

    period_start: date
    system: str
    events: int
    dossiers: Annotated[int, Field(description="Dossiers that began in the period, in this system.")]
    event_share: float
    dossier_share: Annotated[float | None, Field(description="0 to 1; null: none began.")]


class DoubleEntry(BaseModel):
    """The steps that were typed twice in the dossiers of a procedure and unit, and what the copies cost.

    by_code + by_work = timed + assumed = steps; timed_hours + assumed_hours = hours.
    """

    model_config = shown(examples.DOUBLE_ENTRY)

    procedure: str
    unit: str | None
    dossiers: int
    steps: int
    by_code: Annotated[int, Field(description="Linked by the code of the dossier.")]
    by_work: Annotated[int, Field(description="Linked by procedure, unit, steps and time: two codes, one dossier.")]
    timed: Annotated[int, Field(description="Copies of which the start is known.")]
    assumed: Annotated[int, Field(description="Copies that are taken to cost `assumed_minutes`.")]
    hours: float
    timed_hours: Annotated[float, Field(description="Working hours.")]
    assumed_hours: float


class DoubleEntryTotal(BaseModel):
    """Double entry in all: steps that were typed twice, in how many dossiers, and what the copies cost."""

    model_config = shown(examples.DOUBLE_ENTRY_TOTAL)

    dossiers: int
    steps: int
    hours: float
    timed_hours: float
    assumed_hours: float


class AfterEnd(BaseModel):
    """What still came from a system from the day of its end on, by unit; null: none is named."""

    model_config = shown(examples.AFTER_END)

    unit: str | None
    events: int
    dossiers: int


class SwitchOff(BaseModel):
    """How it stands with the end of a system."""

    model_config = shown(examples.SWITCH_OFF)

    system: str
    day: Annotated[date, Field(description="The first on which it is not to be used.")]
    days_left: Annotated[int, Field(description="Negative once the day has passed.")]
    last_event_at: Annotated[datetime | None, Field(description="Null: nothing ever came from it.")]
    silent_days: Annotated[int | None, Field(description="Whole days since the last event.")]
    events_after: int
    by_unit: list[AfterEnd]


class Systems(BaseModel):
    """Who sends how much over time, what is typed twice by procedure and unit, and what the old system still gets."""

    model_config = shown(examples.SYSTEMS)

    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    calendar_versions: list[str]
    every: Annotated[str, Field(description="month or week (from Monday), days of Vietnam.")]
    assumed_minutes: Annotated[float, Field(description="What a copy costs of which the start is not known.")]
    shares: list[SystemShare]
    switch_off: Annotated[SwitchOff | None, Field(description="Null: no end was asked about.")]
    double_entry: DoubleEntryTotal
    total: Annotated[int, Field(description="Procedures and units of all pages.")]
    items: list[DoubleEntry]
    next: Next


class Copy(BaseModel):
    """A step that was typed a second time, into another system."""

    model_config = shown(examples.COPY)

    dossier: Annotated[UUID, Field(description="In which the copy is.")]
    twin: Annotated[UUID, Field(description="In which the original is; the same where they are linked by code.")]
    procedure: str
    unit: Annotated[str | None, Field(description="Of the dossier.")]
    typed_by: Annotated[str | None, Field(description="The unit that typed the copy.")]
    activity: str
    first_system: str
    second_system: str
    started_at: datetime | None
    completed_at: datetime
    linked_by: Annotated[str, Field(description="code or work.")]
    minutes_between: float
    working_seconds: Annotated[float | None, Field(description="Null: the start is not known.")]
    hours: Annotated[float, Field(description="What it costs: its working time, or what is assumed.")]


class CopyPage(BaseModel):
    """The copies behind a figure, by dossier and time; `total` are its steps, `dossiers` and `hours` as there."""

    model_config = shown(examples.COPIES)

    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    dossiers: int
    hours: float
    total: int
    items: list[Copy]
    next: Next


class DossierAfterEnd(BaseModel):
    """A dossier in which a unit still used a system after its end."""

    model_config = shown(examples.DOSSIER_AFTER_END)

    dossier: UUID
    procedure: str
    unit: Annotated[str | None, Field(description="Of the events; of the dossier where they name none.")]
    events: int
    first_event_at: datetime
    last_event_at: datetime


class AfterEndPage(BaseModel):
    """The dossiers behind what came after the end of a system, by the first event; `events` and `total` equal it."""

    model_config = shown(examples.AFTER_END_PAGE)

    system: str
    day: date
    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    events: int
    total: Annotated[int, Field(description="Dossiers of all pages, counted per unit.")]
    items: list[DossierAfterEnd]
    next: Next
