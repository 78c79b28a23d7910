"""What the HTTP API answers: the documents, and with their examples the description of them in OpenAPI."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api import examples
from api.catalogue_answers import Approved
from api.shown import FROM, TO, Next, shown
from api.time_answers import Clock, Elapsed, TimeSplit


class Refusal(BaseModel):
    """An event of a request that cannot be used."""

    model_config = shown(examples.REFUSAL)

    index: Annotated[int, Field(description="Place in the batch, from 0.")]
    reason: Annotated[str, Field(description="Stable code; docs/events.md lists them.")]
    detail: str


class Taken(BaseModel):
    """What became of the events of a request."""

    model_config = shown({"accepted": 2, "duplicates": 0, "rejected": [examples.REFUSAL]})

    accepted: Annotated[int, Field(description="Usable events, those that were known already included.")]
    duplicates: Annotated[int | None, Field(description="Known already; null where Kafka carries the events on.")]
    rejected: list[Refusal]


class ProcedureInNumbers(BaseModel):
    """A procedure in numbers; an open dossier has a step that was started and not completed."""

    model_config = shown(examples.IN_NUMBERS)

    code: Annotated[str, Field(description="`unknown`: of dossiers of which no event names a procedure.")]
    name: Annotated[str | None, Field(description="Null until a catalogue names the procedure.")] = None
    field: Annotated[str | None, Field(description="Field (lĩnh vực) by the catalogue.")] = None
    dossiers: int
    open_dossiers: int
    events: int
    activities: int
    variants: int
    first_at: Annotated[datetime, FROM]
    last_at: Annotated[datetime, TO]


class ProcedurePage(BaseModel):
    """Procedures by code."""

    model_config = shown({"items": [examples.IN_NUMBERS], "next": None})

    items: list[ProcedureInNumbers]
    next: Next


class ActivityCount(BaseModel):
    """An activity and how often it occurred, or in how many dossiers it was the first or the last."""

    model_config = shown(examples.COUNT)

    activity: str
    frequency: int


class Rework(BaseModel):
    """An activity that is done again within a dossier; `repetitions` counts its completions beyond the first."""

    model_config = shown(examples.REWORK)

    activity: str
    dossiers: int
    repetitions: int


class Procedure(ProcedureInNumbers):
    """A procedure in numbers: where its dossiers start and end, what is done again, what is approved, who held them."""

    model_config = shown(examples.PROCEDURE)

    start: list[ActivityCount]
    end: list[ActivityCount]
    rework: list[Rework]
    approved: list[Approved]
    time: TimeSplit


class SliceShown(BaseModel):
    """The slice that was asked for; null leaves it open. Dossiers received in [from, to)."""

    model_config = shown(examples.SLICE)

    case_variant: str | None
    process_version: str | None
    channel: str | None
    unit: str | None
    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]


class Edge(BaseModel):
    """`target` was completed right after `source`; the time runs from one completion to the other."""

    model_config = shown(examples.EDGE)

    source: str
    target: str
    frequency: int
    elapsed_seconds: Elapsed


class Map(BaseModel):
    """The directly-follows graph of a slice; `dossiers` counts those with a completed step."""

    model_config = shown(examples.MAP)

    procedure: str
    slice: SliceShown
    dossiers: int
    activities: list[ActivityCount]
    start: list[ActivityCount]
    end: list[ActivityCount]
    edges: list[Edge]


class Variant(BaseModel):
    """A sequence of activities, how many dossiers take it, and their share (0 to 1) of the slice."""

    model_config = shown(examples.VARIANT)

    activities: list[str]
    frequency: int
    share: float


class VariantPage(BaseModel):
    """Variants, the most frequent first; `dossiers` and `total` count the whole slice."""

    model_config = shown(examples.VARIANTS)

    procedure: str
    slice: SliceShown
    dossiers: int
    total: int
    items: list[Variant]
    next: Next


class National(BaseModel):
    """The national status of a dossier, by its code and its names."""

    model_config = shown(examples.NATIONAL)

    code: int
    vi: str
    en: str


class Step(BaseModel):
    """An activity of a dossier; `position` and `completed_at` are null while it is open. Officers are never shown."""

    model_config = shown(examples.STEP)

    position: int | None
    activity: str
    step: str | None
    started_at: datetime | None
    completed_at: datetime | None
    since_previous_seconds: Annotated[float | None, Field(description="Elapsed since the completion before.")]
    unit: str | None
    role: str | None


class Dossier(BaseModel):
    """A dossier, its steps in the order of its path, the open ones last, and its legal clock."""

    model_config = shown(examples.DOSSIER)

    dossier: Annotated[UUID, Field(description="Pseudonym of the dossier in this store.")]
    procedure: str
    case_variant: str | None
    process_version: str | None
    channel: str | None
    unit: str | None
    status: National | None
    opened_at: datetime
    last_at: datetime
    elapsed_seconds: Annotated[float, Field(description="From the first event to the last.")]
    events: int
    steps: list[Step]
    clock: Clock


class Reject(BaseModel):
    """An event that could not be used: where it came from, its place there, and why. Its content is not shown."""

    model_config = shown(examples.REJECT)

    number: int
    origin: Annotated[str, Field(description="A topic, a file name or `http`.")]
    partition: int | None
    position: Annotated[int, Field(description="Offset in the partition, row of the file, or place in the batch.")]
    reason: str
    detail: str
    received_at: datetime


class RejectPage(BaseModel):
    """Events that could not be used, the latest first."""

    model_config = shown({"items": [examples.REJECT], "next": None})

    items: list[Reject]
    next: Next


class Problem(BaseModel):
    """A problem as of RFC 9457, in the language that Accept-Language asks for (vi or en); some have more members."""

    model_config = shown(examples.PROBLEM, extra="allow")

    type: str
    title: str
    status: int
    detail: str


class InBothLanguages(BaseModel):
    """A text in Vietnamese and in English."""

    model_config = shown(examples.KIND["title"])

    vi: str
    en: str


class ProblemKind(BaseModel):
    """A kind of problem; {names} in braces stand for what differs from case to case."""

    model_config = shown(examples.KIND)

    type: str
    status: int
    title: InBothLanguages
    detail: InBothLanguages
