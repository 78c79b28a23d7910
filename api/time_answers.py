"""What the HTTP API answers about time: the documents on elapsed time, legal clocks and being on time."""

from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api import examples, time_examples
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


class DueRules(BaseModel):
    """How a province computes due dates; docs/clocks.md explains the rules."""

    model_config = shown(examples.DUE_RULES)

    policy: Annotated[str, Field(description="When papers were missing: extend or restart the limit.")]
    cutoff: Annotated[time | None, Field(description="An intake after it counts from the next working day.")]
    calendar_days: Annotated[str, Field(description="civil_code or time_of_day.")]


class ComputedDue(BaseModel):
    """The due date that follows from the limit of the approved process, and what it rests on."""

    model_config = shown(examples.COMPUTED_DUE)

    due_at: datetime | None
    problem: Annotated[str | None, Field(description="Why it cannot be computed.")]
    limit_amount: float
    limit_unit: Annotated[str, Field(description="hours, working_days or calendar_days.")]
    process_version: str
    decision: str
    owner: Annotated[str | None, Field(description="The province or ministry whose rules hold.")]
    rules: DueRules
    calendar_version: str


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
    computed: Annotated[ComputedDue | None, Field(description="Null: the catalogue has no limit for the dossier.")]
    spans: list[ClockSpan]
    promises: list[Promise]


class OnTimeCounts(BaseModel):
    """Dossiers by verdict; early + on_time + late = finished, within + overdue = running."""

    model_config = shown(time_examples.ON_TIME_COUNTS)

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

    model_config = shown(time_examples.ON_TIME_ROW)

    group: Annotated[dict[str, str | None], Field(description="What they have in common; null: they name none.")]
    reported: OnTimeCounts
    log_based: OnTimeCounts
    computed: Annotated[
        OnTimeCounts | None,
        Field(description="By the due date computed from the limit; null: the catalogue has none for these dossiers."),
    ]


class OnTimePage(BaseModel):
    """Who was on time: finished in [from, as_of), or running at `as_of`; groups in order, the unnamed last."""

    model_config = shown(time_examples.ON_TIME)

    convention: str
    by: list[str]
    finished_from: Annotated[datetime | None, FROM]
    as_of: datetime
    calendar_versions: list[str]
    computed_problem: Annotated[str | None, Field(description="Why no due date could be computed.")]
    total: Annotated[int, Field(description="Groups of all pages.")]
    items: list[OnTimeRow]
    next: Next


class OnTimeDossier(BaseModel):
    """A dossier behind a figure; `finished_at` is null while it runs."""

    model_config = shown(time_examples.ON_TIME_DOSSIER)

    dossier: UUID
    procedure: str
    field: Annotated[str | None, Field(description="Of the procedure, as the catalogue says.")]
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

    model_config = shown(time_examples.ON_TIME_DOSSIERS)

    convention: str
    basis: str
    finished_from: Annotated[datetime | None, FROM]
    as_of: datetime
    total: int
    items: list[OnTimeDossier]
    next: Next


class DueSoonDossier(BaseModel):
    """A running dossier that is due within 24 hours, and how long is left: by the wall clock, and in office hours."""

    model_config = shown(time_examples.DUE_SOON_DOSSIER)

    dossier: UUID
    procedure: str
    field: str | None
    unit: str | None
    channel: str | None
    due_at: datetime
    remaining_seconds: float
    remaining_working_seconds: float


class DueSoonPage(BaseModel):
    """The dossiers that are due within 24 hours after `as_of`, the most urgent first."""

    model_config = shown(time_examples.DUE_SOON)

    basis: str
    as_of: datetime
    calendar_versions: list[str]
    total: int
    items: list[DueSoonDossier]
    next: Next


class UnitResets(BaseModel):
    """How many promised dates and finishes a unit changed, and of how many dossiers; `unit` null: none is named."""

    model_config = shown(time_examples.UNIT_RESETS)

    unit: str | None
    reset_due: Annotated[int, Field(description="Due dates that were rewritten (đặt lại ngày hẹn trả).")]
    reset_finish: Annotated[int, Field(description="Finishes set back to the due date (đặt lại hồ sơ quá hạn).")]
    changed: Annotated[int, Field(description="Due dates that changed otherwise, as after a supplement.")]
    dossiers: int


class ResetPage(BaseModel):
    """Which units changed dates, those with the most resets first."""

    model_config = shown(time_examples.RESETS)

    said_from: Annotated[datetime | None, FROM]
    said_to: Annotated[datetime | None, TO]
    total: int
    items: list[UnitResets]
    next: Next


class ChangedDate(BaseModel):
    """A change of a promised date, or a reset of a finish, and the unit that said it."""

    model_config = shown(time_examples.CHANGED_DATE)

    dossier: UUID
    kind: Annotated[str, Field(description="reset-due, reset-finish or changed.")]
    said_at: datetime
    unit: str | None
    due_at: datetime
    previous_due_at: datetime | None


class ChangedDatePage(BaseModel):
    """The changes behind a figure, by unit and then by time; `total` is the figure."""

    model_config = shown(time_examples.CHANGED_DATES)

    said_from: Annotated[datetime | None, FROM]
    said_to: Annotated[datetime | None, TO]
    total: int
    items: list[ChangedDate]
    next: Next
