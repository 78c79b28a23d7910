"""What is said of bottlenecks, units and opportunities over HTTP. Hours are working hours; officers are never named."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.improvement import examples
from api.reports.answers import Estimate, InWords
from api.shown import FROM, TO, Next, shown
from api.waiting.answers import WaitingReason

Key = Annotated[dict[str, str | None], Field(description="What they have in common; null: none is named.")]
ProcedureName = Annotated[str | None, Field(description="Of the key's procedure, as the catalogue has it.")]
EstimatedShare = Annotated[float, Field(description="Share of the steps whose start is estimated, 0 to 1.")]


class ScaledPeriod(BaseModel):
    """The period of the log, which hours a year are scaled from: hours of the log x `times_a_year`."""

    model_config = shown(examples.PERIOD)

    from_at: Annotated[datetime, FROM]
    to_at: Annotated[datetime, TO]
    times_a_year: float


class RestsOn(BaseModel):
    """What an answer rests on; `period` null: no step is completed yet."""

    model_config = shown(examples.RESTS_ON)

    as_of: Annotated[datetime | None, Field(description="Up to when the log was read; null: it is empty.")]
    calendar_versions: list[str]
    period: ScaledPeriod | None
    reasons: Annotated[list[WaitingReason], Field(description="What could not be told, or only by estimate.")]


class LossOfMonth(BaseModel):
    """The steps that were completed in a month, and the mean working hours that each had lost."""

    model_config = shown(examples.MONTH)

    month: Annotated[date, Field(description="Its first day.")]
    steps: int
    mean_lost_hours: float


class Bottleneck(BaseModel):
    """Where working hours are lost: waiting in office hours, without the citizen's part."""

    model_config = shown(examples.BOTTLENECK)

    key: Key
    procedure_name: ProcedureName
    steps: int
    dossiers: int
    lost_hours: Annotated[float, Field(description="Of the log; those of the dossiers behind add up to it.")]
    hours_a_year: Estimate
    share: Annotated[float, Field(description="Of all that was lost, 0 to 1.")]
    by_cause: Annotated[dict[str, float], Field(description="Shares that add up to 1.")]
    top_cause: str
    months: list[LossOfMonth]
    slope: Annotated[
        Estimate | None,
        Field(description="Hours by which the mean loss of a step grows a month; null: fewer than three months."),
    ]
    estimated_share: EstimatedShare


class BottleneckPage(RestsOn):
    """Where most working hours are lost, the greatest first."""

    model_config = shown(examples.BOTTLENECKS)

    by: list[str]
    lost_hours_a_year: Annotated[Estimate, Field(description="Of all groups.")]
    groups: Annotated[int, Field(description="That lost anything.")]
    total: Annotated[int, Field(description="Groups of all pages: the first 1,000 at most.")]
    items: list[Bottleneck]
    next: Next


class DossierHours(BaseModel):
    """A dossier, and the working hours of it that count in a figure."""

    model_config = shown(examples.DOSSIER_HOURS)

    dossier: UUID
    procedure: str
    unit: Annotated[str | None, Field(description="That received it.")]
    hours: float


class HoursPage(RestsOn):
    """The dossiers behind a figure, the most hours first; `hours` of all pages add up to the figure."""

    model_config = shown(examples.HOURS_PAGE)

    hours: Annotated[float, Field(description="Of all pages.")]
    total: int
    items: list[DossierHours]
    next: Next


class WorkloadRow(BaseModel):
    """The work of a group in a day or week: what came, was begun and was done, and what was there at its end."""

    model_config = shown(examples.WORKLOAD_ROW)

    key: Key
    period_start: date
    arrivals: Annotated[int, Field(description="Steps that became ready.")]
    starts: int
    completions: int
    queue: Annotated[int, Field(description="Ready and not begun at the end.")]
    in_work: Annotated[int, Field(description="Begun and not completed at the end.")]


class WorkloadPage(RestsOn):
    """Arrivals against completions, and the queue, by group and time."""

    model_config = shown(examples.WORKLOAD)

    by: list[str]
    every: str
    total: int
    items: list[WorkloadRow]
    next: Next


class HandOver(BaseModel):
    """Work that went from one role or unit to another, and how long it then waited; null: none is named."""

    model_config = shown(examples.HAND_OVER)

    source: str | None
    target: str | None
    steps: int
    dossiers: int
    waiting_hours: Annotated[float, Field(description="In office hours, of the log.")]
    elapsed_waiting_hours: float
    lost_hours_a_year: Annotated[float, Field(description="Of it without the citizen's part.")]


class HandOverPage(RestsOn):
    """The network of hand-overs, the longest waits first."""

    model_config = shown(examples.HAND_OVERS)

    between: str
    total: int
    items: list[HandOver]
    next: Next


class Distribution(BaseModel):
    """Working hours of a finished dossier."""

    model_config = shown(examples.DISTRIBUTION)

    mean: float
    p25: float
    median: float
    p75: float
    p90: float


class UnitCompared(BaseModel):
    """A unit at a procedure beside the others: version, channel and case variant allowed for; 1 is the usual unit."""

    model_config = shown(examples.UNIT)

    procedure: str
    procedure_name: Annotated[str | None, Field(description="As the catalogue has it.")]
    unit: str | None
    dossiers: Annotated[int, Field(description="Finished ones.")]
    hours: Distribution
    ratio: Annotated[float, Field(description="To the usual unit: 1.25 takes a quarter longer.")]
    shrunk: Annotated[Estimate, Field(description="The ratio, drawn to the others as far as it is uncertain.")]
    standard_error: Annotated[float, Field(description="Of the logarithm of the ratio.")]
    limits_95: Annotated[list[float], Field(description="Of the funnel: within them a ratio may be chance.")]
    limits_998: list[float]
    p_value: float
    q_value: float
    verdict: Annotated[str, Field(description="slower, faster or as usual.")]
    gap_hours_a_year: Annotated[Estimate, Field(description="Saved by working as the best quarter of the units.")]
    estimated_share: EstimatedShare


class UnitPage(RestsOn):
    """Units compared at the same procedures, by procedure, the slowest first."""

    model_config = shown(examples.UNITS)

    measure: Annotated[str, Field(description="Hands-on `work`; `own`: and idle waits; `agency`: queues too.")]
    least_dossiers: int
    overdispersion: Annotated[float, Field(description="By how much units differ beyond chance in general.")]
    dossiers: Annotated[int, Field(description="That are compared.")]
    left_out: Annotated[int, Field(description="Of units alone, with too few, or with too many estimated starts.")]
    total: int
    items: list[UnitCompared]
    next: Next


class ProposedLimit(BaseModel):
    """The least limit that most dossiers surely keep, beside the one in force."""

    model_config = shown(examples.PROPOSED)

    unit: Annotated[str, Field(description="hours, working_days or calendar_days.")]
    limit: float
    proposed: float
    kept: Annotated[float, Field(description="Share of the dossiers that took no longer, 0 to 1.")]


class Opportunity(BaseModel):
    """Something that could be changed, and the working hours a year that it would save."""

    model_config = shown(examples.OPPORTUNITY)

    id: Annotated[str, Field(description="The same whenever it is found.")]
    kind: str
    name: InWords
    key: Key
    procedure_name: ProcedureName
    heuristic: Annotated[InWords, Field(description="The redesign that it is a case of.")]
    evidence: InWords
    facts: Annotated[dict[str, float], Field(description="The numbers of the evidence.")]
    hours_a_year: Estimate
    wait_hours_a_year: Annotated[float, Field(description="Of it waiting; the rest is work.")]
    net_hours_a_year: Annotated[float, Field(description="What greater opportunities have left of it.")]
    proposed: Annotated[ProposedLimit | None, Field(description="Of the kind `limit` only.")]
    steps: int
    dossiers: int
    p_value: Annotated[float, Field(description="Chance of as much where all is as usual.")]
    q_value: float
    test: str
    estimated_share: EstimatedShare


class OpportunityPage(RestsOn):
    """What could be changed so that dossiers take less time, the greatest first, and what all would save together."""

    model_config = shown(examples.OPPORTUNITIES)

    potential: Annotated[Estimate, Field(description="Hours a year, overlaps counted once; limits are no part of it.")]
    waiting_hours_a_year: Annotated[float, Field(description="All that was lost by waiting.")]
    processing_hours_a_year: float
    looked_at: Annotated[int, Field(description="Places that were searched, in the whole city.")]
    within_noise: Annotated[int, Field(description="That would save something, but no more than chance explains.")]
    limits: Annotated[int, Field(description="Limits that could be cut: `kind=limit` lists them.")]
    thresholds: dict[str, float]
    source: Annotated[str, Field(description="Of the heuristics.")]
    total: int
    items: list[Opportunity]
    next: Next


class OpportunityFound(RestsOn):
    """One opportunity."""

    model_config = shown(examples.FOUND)

    source: str
    of: Opportunity
