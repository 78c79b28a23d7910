"""What is said of waiting over HTTP: figures by group, and the steps behind them. Officers are never named."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.reports.answers import InWords
from api.shown import Next, shown
from api.time_answers import Held
from api.waiting import examples


class WaitingFigures(BaseModel):
    """The waiting of some steps; by cause it adds up to the whole."""

    model_config = shown(examples.FIGURES)

    steps: Annotated[int, Field(description="Completed steps with a start, known or estimated.")]
    dossiers: int
    estimated_share: Annotated[float, Field(description="Share of the steps whose start is estimated, 0 to 1.")]
    processing: Annotated[Held, Field(description="From the start to the end of the steps.")]
    waiting: Annotated[Held, Field(description="From when the steps could begin to their start.")]
    by_cause: Annotated[
        dict[str, Held],
        Field(description="citizen, batching, contention, prioritization, unavailability, extraneous."),
    ]
    cte: Annotated[float | None, Field(description="Cycle-time efficiency, processing / (processing + waiting).")]
    working_cte: Annotated[float | None, Field(description="The same within office hours.")]
    gain: Annotated[dict[str, float | None], Field(description="By how much `cte` would grow without each cause.")]


class WaitingRow(WaitingFigures):
    """The waiting of a group; a name is null where the log tells none, or a step follows the start of its dossier."""

    model_config = shown(examples.ROW)

    key: dict[str, str | None]


class WaitingReason(BaseModel):
    """What could not be told, or only by estimate: `rows` of `of` steps."""

    model_config = shown(examples.REASON)

    code: str
    rows: int
    of: int
    text: InWords


class WaitingPage(BaseModel):
    """Why dossiers wait: the whole slice, and its groups, the longest wait first."""

    model_config = shown(examples.PAGE)

    rule: Annotated[str, Field(description="What counts as a batch.")]
    by: list[str]
    as_of: Annotated[datetime | None, Field(description="Up to when the log was read; null: it is empty.")]
    calendar_versions: list[str]
    whole: WaitingFigures
    reasons: list[WaitingReason]
    total: Annotated[int, Field(description="Groups of all pages.")]
    items: list[WaitingRow]
    next: Next


class WaitedStep(BaseModel):
    """A step that waited, and its dossier; `source_activity` null: the start of the dossier enabled it."""

    model_config = shown(examples.STEP)

    dossier: UUID
    procedure: str
    activity: str
    unit: str | None
    role: str | None
    source_activity: str | None
    enabled_at: Annotated[datetime, Field(description="Since when it could begin.")]
    started_at: datetime
    completed_at: datetime
    estimated: Annotated[bool, Field(description="Whether its start is estimated.")]
    batched: Annotated[bool, Field(description="Whether it was done in a batch.")]
    waiting: Held
    by_cause: dict[str, Held]


class WaitedStepPage(BaseModel):
    """The steps behind a figure, the longest wait first."""

    model_config = shown(examples.STEPS)

    as_of: datetime | None
    calendar_versions: list[str]
    cause: str | None
    items: list[WaitedStep]
    next: Next
