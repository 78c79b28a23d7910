"""What the report on compliance cost says: its documents. Money is in VND; whole numbers are written as such."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from api.reports import cost_examples as examples
from api.reports.answers import InWords
from api.shown import Next, shown


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Exact = Annotated[Decimal, PlainSerializer(_plain, return_type=int | float, when_used="json")]
"""A decimal as a JSON number: a whole one without decimals, at any size."""


class RunCost(BaseModel):
    """The cost of one run before and after, and what is saved: before - after, and its share of before."""

    model_config = shown(examples.RUN)

    before: Exact
    after: Exact
    saved: Exact
    percent: Annotated[float | None, Field(description="Two decimals; null where there was no cost.")]


class AnnualCost(RunCost):
    """The cost of a year before and after, by the same runs a year."""

    model_config = shown(examples.ANNUAL)

    runs: Annotated[Exact, Field(description="Times a year x subjects a year.")]


class CostSum(AnnualCost):
    """The sum over the procedures whose cost of a year is known."""

    model_config = shown(examples.COST_SUM)

    procedures: int


class CostIntakes(BaseModel):
    """Dossiers that were taken in from a day to another, both included; null: there are no such days."""

    model_config = shown(examples.INTAKES)

    first_day: date | None
    last_day: date | None
    days: int
    dossiers: int
    channels: Annotated[dict[str, int], Field(description="Dossiers by channel; an empty name: none is known.")]
    ended: Annotated[int, Field(description="Those of them that have ended.")]
    supplements: Annotated[int, Field(description="Requests for papers to those that have ended.")]
    runs_a_year: Annotated[Exact, Field(description="dossiers x 365 / days, two decimals.")]


class PlannedRun(BaseModel):
    """The cost of one run by the plan: hours of work, and what is paid."""

    model_config = shown(examples.PLANNED_RUN)

    hours: Exact
    travel: Exact
    copies: Exact
    consultant: Exact
    fees: Exact


class PlannedProcedure(BaseModel):
    """What the assumptions say of a procedure; null: nothing."""

    model_config = shown(examples.PLANNED_PROCEDURE)

    procedure: str
    runs_a_year: Exact | None
    subjects_a_year: Exact
    before: PlannedRun | None
    after: PlannedRun | None


class PerDossier(BaseModel):
    """What a dossier is assumed to cost where the assumptions give no cost before and after."""

    model_config = shown(examples.PER_DOSSIER)

    preparing_hours: Exact
    visits: dict[str, Exact]
    visit_hours: Exact
    travel_cost: Exact
    supplement_hours: Exact
    copies_cost: Exact
    fees: Exact


class Assumed(BaseModel):
    """The assumptions that the figures rest on; `given` false: those that come with the program."""

    model_config = shown(examples.ASSUMED)

    source: str
    given: bool
    income_per_hour: dict[str, Exact]
    income_year: Annotated[int | None, Field(description="Null: the year in which each procedure changed.")]
    dossier: PerDossier
    procedures: list[PlannedProcedure]


class CostProcedure(BaseModel):
    """A procedure: the cost of a run and of a year before and after, and the dossiers of the log behind."""

    model_config = shown(examples.COST_PROCEDURE)

    procedure: str
    name: str | None
    field: str | None
    changed_from: Annotated[date | None, Field(description="First day of a new version in the period; null: none.")]
    changed_to: Annotated[date | None, Field(description="Last day of a new version in the period.")]
    income_year: Annotated[int, Field(description="The same before and after.")]
    income_per_hour: Exact
    run: Annotated[RunCost | None, Field(description="Null: not known.")]
    run_basis: Annotated[
        str | None, Field(description="plan: the assumptions say it; log: by channel and supplements.")
    ]
    by_plan: Annotated[AnnualCost | None, Field(description="By the runs a year of the plan; null: it gives none.")]
    by_log: Annotated[AnnualCost | None, Field(description="By the runs a year of the log.")]
    before: Annotated[CostIntakes, Field(description="Dossiers before the change.")]
    after: Annotated[CostIntakes, Field(description="Dossiers since the change.")]
    counted: Annotated[CostIntakes, Field(description="Dossiers of the last year, which the runs a year come from.")]
    warnings: list[InWords]


class ComplianceCost(BaseModel):
    """The report on compliance cost; its procedures by code, a page at a time."""

    model_config = shown(examples.COMPLIANCE_COST)

    headline: InWords
    basis: Annotated[str, Field(description="Whose runs the headline is by: plan or log.")]
    as_of: Annotated[datetime, Field(description="Up to when the log was read.")]
    changed_from: Annotated[date | None, Field(description="Versions that came into force on or after this day.")]
    changed_to: Annotated[date | None, Field(description="... and before this day.")]
    log_from: Annotated[date | None, Field(description="First day of an intake in the log.")]
    log_to: Annotated[date | None, Field(description="Last day of an intake in the log.")]
    by_plan: CostSum
    by_log: CostSum
    assumptions: Assumed
    warnings: list[InWords]
    total: Annotated[int, Field(description="Procedures of all pages.")]
    per_procedure: list[CostProcedure]
    next: Next


class CostDossier(BaseModel):
    """A dossier behind a figure of the report; `finished_at` null: it is open."""

    model_config = shown(examples.COST_DOSSIER)

    dossier: UUID
    procedure: str
    channel: Annotated[str, Field(description="counter, online, postal or as the events say; empty: not known.")]
    unit: str | None
    accepted_at: datetime
    finished_at: datetime | None
    finish_kind: str
    supplements: int


class CostDossierPage(BaseModel):
    """The dossiers behind a figure of a procedure, by intake."""

    model_config = shown(examples.COST_DOSSIERS)

    procedure: str
    side: str
    as_of: datetime
    first_day: date | None
    last_day: date | None
    total: int
    items: list[CostDossier]
    next: Next
