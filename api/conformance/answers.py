"""What the HTTP API answers about conformance; docs/conformance.md explains every figure."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import InBothLanguages, SliceShown
from api.conformance import examples
from api.shown import Next, shown

HOURS = Field(description="Working hours: docs/conformance.md says what each kind counts.")
SHARE = Field(description="0 to 1; null: of nothing.")


class Fit(BaseModel):
    """How well dossiers fit: `conforming` have no deviation of any kind, `fitting` none from the order of the steps."""

    model_config = shown(examples.FIT)

    dossiers: Annotated[int, Field(description="Dossiers that were compared.")]
    conforming: int
    fitting: int
    inexact: Annotated[int, Field(description="Dossiers that took too long to align: the fitness is a lower bound.")]
    fitness: Annotated[float | None, SHARE]
    conforming_share: Annotated[float | None, SHARE]


class KindOfDeviation(BaseModel):
    """A kind of deviation: how many dossiers have it, how often, and how many hours it stands for."""

    model_config = shown(examples.KIND)

    kind: Annotated[str, Field(description="skipped, extra, swapped, repeated, wrong_unit, wrong_role or over_time.")]
    name: InBothLanguages
    dossiers: int
    occurrences: int
    lost_hours: Annotated[float, HOURS]


class GroupFit(BaseModel):
    """How the dossiers of a procedure, or of a unit, compare; null: of none that is named."""

    model_config = shown(examples.GROUP)

    name: Annotated[str | None, Field(description="The code of the procedure, or the name of the unit.")]
    fit: Fit
    kinds: Annotated[list[KindOfDeviation], Field(description="Those that occur, that of the most dossiers first.")]


class Told(BaseModel):
    """What every answer on conformance tells: how far comparing has come, and what the figures lack."""

    model_config = shown(examples.TOLD)

    accepted: Annotated[int, Field(description="Accepted dossiers.")]
    uncompared: Annotated[int, Field(description="Of them without a usable process in force, or a completed step.")]
    complete: Annotated[bool, Field(description="Every dossier that is derived was compared when this was answered.")]
    compared_event_no: Annotated[int | None, Field(description="Up to which event; null: nothing was compared yet.")]
    notes: Annotated[list[InBothLanguages], Field(description="Why the figures are partial; empty: they are not.")]


class CityConformance(Told):
    """How the dossiers of the city compare with their approved processes, and who deviates most."""

    model_config = shown(examples.CITY)

    slice: SliceShown
    procedure: str | None
    fit: Fit
    kinds: Annotated[list[KindOfDeviation], Field(description="Every kind.")]
    by: Annotated[str, Field(description="procedure or unit.")]
    total: Annotated[int, Field(description="Groups of all pages.")]
    items: Annotated[list[GroupFit], Field(description="That with the most dossiers that deviate first.")]
    next: Next


class VersionFit(BaseModel):
    """How well dossiers fit an approved process; all but `process` are null for one that was taken back."""

    model_config = shown(examples.VERSION)

    process: Annotated[str, Field(description="Names it in the parameter `process`.")]
    version: str | None
    decision: str | None
    case_variant: str | None
    channel: str | None
    effective_from: date | None
    effective_to: date | None
    fit: Fit


class Deviation(BaseModel):
    """A deviation from a step of an approved process, or work that it does not have (`number` null)."""

    model_config = shown(examples.DEVIATION)

    kind: str
    name: InBothLanguages
    process: str
    version: str | None
    number: Annotated[str | None, Field(description="Of the approved step.")]
    task: str | None
    activity: Annotated[str | None, Field(description="Of work that the process does not have.")]
    done_by_unit: Annotated[str | None, Field(description="The wrong unit.")]
    done_by_role: Annotated[str | None, Field(description="The wrong role.")]
    approved_unit: str | None
    approved_role: str | None
    approved_hours: float | None
    dossiers: int
    occurrences: int
    lost_hours: Annotated[float, HOURS]
    from_start: Annotated[int, Field(description="Instances of which the hours count from a known start.")]
    from_previous: Annotated[int, Field(description="From the completion before, which includes waiting.")]
    unmeasured: Annotated[int, Field(description="Of which no hours are known: they count 0.")]


class Remark(BaseModel):
    """What is odd about an approved process; an `unusable` one can be compared with nothing."""

    model_config = shown(examples.REMARK)

    process: str
    version: str
    remark: str
    unusable: bool


class ProcedureConformance(Told):
    """How the dossiers of a procedure compare: in all, by unit, by version, and what deviates where."""

    model_config = shown(examples.PROCEDURE)

    procedure: str
    slice: SliceShown
    fit: Fit
    kinds: Annotated[list[KindOfDeviation], Field(description="Every kind.")]
    units: Annotated[list[GroupFit], Field(description="That with the most dossiers that deviate first.")]
    versions: Annotated[list[VersionFit], Field(description="The oldest first.")]
    remarks: list[Remark]
    total: Annotated[int, Field(description="Deviations of all pages.")]
    items: Annotated[list[Deviation], Field(description="That of the most dossiers first.")]
    next: Next


class DeviatingDossier(BaseModel):
    """A dossier with deviations of the kind that was asked for."""

    model_config = shown(examples.DEVIATING)

    dossier: UUID
    procedure: str
    unit: str | None
    opened_at: datetime
    occurrences: int
    lost_hours: Annotated[float, HOURS]


class DeviatingPage(BaseModel):
    """The dossiers behind a deviation, those with the most hours first; `total` is the figure."""

    model_config = shown(examples.DEVIATING_PAGE)

    kind: str
    name: InBothLanguages
    slice: SliceShown
    procedure: str | None
    total: Annotated[int, Field(description="Dossiers of all pages.")]
    occurrences: int
    lost_hours: Annotated[float, HOURS]
    items: list[DeviatingDossier]
    next: Next


class InstanceDeviation(BaseModel):
    """A deviation of one dossier; `position` counts along its path, null for a skipped step."""

    model_config = shown(examples.INSTANCE)

    kind: str
    name: InBothLanguages
    number: str | None
    task: str | None
    position: int | None
    activity: str | None
    unit: str | None
    role: str | None
    approved_unit: str | None
    approved_role: str | None
    lost_hours: Annotated[float, HOURS]
    measured: Annotated[
        str | None, Field(description="From when the hours count: start, previous or approved; null: not known.")
    ]


class Move(BaseModel):
    """A move of the alignment, in order: what was done and approved, only done, or only approved."""

    model_config = shown(examples.MOVE)

    move: Annotated[str, Field(description="both; log: extra; model: skipped.")]
    number: Annotated[str | None, Field(description="Of the approved step.")]
    task: str | None
    sign: Annotated[
        str | None, Field(description="In place of a step: reopen, aside, end or unknown; docs/conformance.md.")
    ]
    position: Annotated[int | None, Field(description="Along the path; null: skipped, or told by clock or outcome.")]
    activity: str | None
    started_at: datetime | None
    completed_at: datetime | None
    unit: str | None
    role: str | None


class DossierConformance(BaseModel):
    """How one dossier compares with the process in force for it. Officers are never shown."""

    model_config = shown(examples.DOSSIER_CONFORMANCE)

    dossier: UUID
    procedure: str | None
    process: str
    version: str | None
    cost: Annotated[int, Field(description="Moves of the dossier or of the process alone.")]
    worst_cost: Annotated[int, Field(description="The same if nothing of them fitted.")]
    fitness: float
    exact: Annotated[bool, Field(description="False: it took too long to align, and the cost is an upper bound.")]
    conforming: bool
    deviations: list[InstanceDeviation]
    moves: Annotated[list[Move], Field(description="Empty: the process was taken back since.")]


class StepMatch(BaseModel):
    """What an activity (with the step that its event names) is taken for, in an approved process."""

    model_config = shown(examples.MATCH)

    process: str
    version: str
    activity: str
    event_step: str | None
    number: str | None
    task: str | None
    sign: Annotated[str | None, Field(description="In place of a step: reopen, aside, end or unknown.")]
    matched_by: Annotated[str, Field(description="number, mapping, name, rule or nothing.")]


class StepSuggestion(BaseModel):
    """A step that an activity might stand for, for a person to decide; it is never used by itself."""

    model_config = shown(examples.SUGGESTION)

    activity: str
    number: str
    task: str
    score: Annotated[float, Field(description="Likeness of the names, 0 to 100.")]


class StepMapping(BaseModel):
    """Which activities are which steps, and suggestions for those that nothing matches."""

    model_config = shown(examples.MAPPING)

    procedure: str
    unmatched: Annotated[int, Field(description="Activities that nothing matches: they count as extra.")]
    suggestions: list[StepSuggestion]
    total: Annotated[int, Field(description="Matches of all pages.")]
    items: list[StepMatch]
    next: Next


class ApprovedModel(BaseModel):
    """An approved process, how many dossiers of the slice were compared with it, and where its files are."""

    model_config = shown(examples.APPROVED_MODEL)

    process: str
    version: str
    decision: str
    case_variant: str | None
    channel: str | None
    effective_from: date
    effective_to: date | None
    steps: int
    dossiers: int
    problem: Annotated[str | None, Field(description="Why nothing can be compared with it; null: it can.")]
    files: Annotated[dict[str, str], Field(description="By name; empty where there is a problem.")]


class Models(BaseModel):
    """The approved processes of a procedure beside the discovered model, which `discovered` gives addresses of."""

    model_config = shown(examples.MODELS)

    procedure: str
    approved: list[ApprovedModel]
    discovered: dict[str, str]


class ModelQuality(BaseModel):
    """How good the discovered model of a slice is, each from 0 to 1; docs/conformance.md has the formulas."""

    model_config = shown(examples.QUALITY)

    procedure: str
    slice: SliceShown
    noise: float
    fitness: Annotated[float, Field(description="How much of what was done the model allows.")]
    precision: Annotated[float, Field(description="How much of what it allows was done.")]
    simplicity: Annotated[float, Field(description="How few arcs its Petri net has.")]
    dossiers: Annotated[int, Field(description="On which it was measured.")]
    inexact_dossiers: Annotated[int, Field(description="Took too long to align: the fitness is a lower bound.")]
    covered_dossiers: Annotated[int, Field(description="From which it was discovered.")]
    all_dossiers: int
