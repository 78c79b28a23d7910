"""What the HTTP API answers about time: the documents on elapsed time, legal clocks and being on time."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api import examples
from api.shown import FROM, TO, Next, shown


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


class TimeSplit(HeldBy):
    """The time of the dossiers of a procedure by holder; agency + citizen + suspended = total."""

    model_config = shown(examples.TIME_SPLIT)

    as_of: Annotated[datetime, Field(description="Up to when clocks that run were read.")]
    calendar_versions: list[str]
    dossiers: Annotated[int, Field(description="Those that were accepted.")]
    total: Held
    taken_in: Annotated[int, Field(description="Dossiers of which submission and acceptance are known.")]
    intake: Annotated[Held, Field(description="From submission to acceptance; not part of the total.")]
    picked_up: Annotated[int, Field(description="Dossiers of which the hand-over is known.")]
    pickup: Annotated[Held, Field(description="From the end of work to the hand-over; not part of the total.")]


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


class OnTimeCounts(BaseModel):
    """Dossiers by verdict; early + on_time + late = finished, within + overdue = running."""

    model_config = shown(examples.ON_TIME_COUNTS)

    finished: int
    early: int
    on_time: int
    late: int
    running: int
    within: int
    overdue: int
    due_soon: Annotated[int, Field(description="Running and due within 24 hours.")]
    without_due: Annotated[int, Field(description="Without a due date, which none can miss.")]
    late_with_apology: Annotated[int, Field(description="Late or overdue, with an apology a day before the due date.")]
    on_time_share: Annotated[float | None, Field(description="0 to 1; null: of nothing.")]
    apology_share: Annotated[float | None, Field(description="Of the late and overdue, 0 to 1; null: of nothing.")]


class OnTimeRow(BaseModel):
    """A group of dossiers: as reported, with resets, and as the log says, by first promise and real finish."""

    model_config = shown(examples.ON_TIME_ROW)

    group: Annotated[dict[str, str | None], Field(description="What they have in common; null: they name none.")]
    reported: OnTimeCounts
    log_based: OnTimeCounts


class OnTimePage(BaseModel):
    """Who was on time: finished in [from, as_of), or running at `as_of`; groups in order, the unnamed last."""

    model_config = shown(examples.ON_TIME)

    convention: str
    by: list[str]
    finished_from: Annotated[datetime | None, FROM]
    as_of: datetime
    calendar_versions: list[str]
    total: Annotated[int, Field(description="Groups of all pages.")]
    items: list[OnTimeRow]
    next: Next


class OnTimeDossier(BaseModel):
    """A dossier behind a figure; `finished_at` is null while it runs."""

    model_config = shown(examples.ON_TIME_DOSSIER)

    dossier: UUID
    procedure: str
    unit: str | None
    channel: str | None
    month: str
    verdict: str
    due_at: datetime | None
    finished_at: datetime | None
    due_soon: bool
    without_due: bool
    apologised: Annotated[bool, Field(description="There was an apology at least a day before the due date.")]


class OnTimeDossierPage(BaseModel):
    """The dossiers behind a figure by due date, those without one last; `total` is the figure."""

    model_config = shown(examples.ON_TIME_DOSSIERS)

    convention: str
    basis: str
    finished_from: Annotated[datetime | None, FROM]
    as_of: datetime
    total: int
    items: list[OnTimeDossier]
    next: Next
