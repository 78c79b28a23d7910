"""What the reports say: the documents of the time-saved account."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.reports import examples
from api.shown import Next, shown

_AGENCY = "The agency's working hours from acceptance to finish, the citizen's time not counted."


class InWords(BaseModel):
    """A sentence in both languages."""

    model_config = shown(examples.IN_WORDS)

    vi: str
    en: str


class Estimate(BaseModel):
    """An estimate and its 95 % interval; the interval is null where there are too few dossiers for one."""

    model_config = shown(examples.ESTIMATE)

    estimate: float
    low: float | None
    high: float | None


Potential = Annotated[
    Estimate | None,
    Field(description="Hours a year that opportunities would still save, overlaps once; null: `as_of` is in the past."),
]


class Realised(BaseModel):
    """What the log shows of the dossiers under a change, mix and trend taken into account; docs/savings.md says how."""

    model_config = shown(examples.REALISED)

    taken_in: Annotated[int, Field(description="Dossiers taken in under the new version.")]
    compared: Annotated[int, Field(description="Those of them that can be compared.")]
    finished: Annotated[int, Field(description="Those of the compared that are finished.")]
    before: Annotated[int, Field(description="Finished dossiers before the change that they are compared with.")]
    expected_hours: Annotated[float | None, Field(description="What one would have taken without the change.")]
    taken_hours: Annotated[float | None, Field(description="What one took.")]
    per_dossier: Annotated[Estimate | None, Field(description="Hours saved by a dossier.")]
    hours: Annotated[Estimate, Field(description="Hours saved by all compared dossiers.")]
    volume_hours: Annotated[float, Field(description="What the limits promised all that were taken in.")]


class Side(BaseModel):
    """Finished dossiers on one side of a change, not adjusted for anything; means in working hours."""

    model_config = shown(examples.SIDE)

    dossiers: int
    hours: Annotated[float | None, Field(description=_AGENCY)]
    citizen_hours: Annotated[float | None, Field(description="While the citizen held the clock.")]
    supplements: Annotated[float | None, Field(description="Requests for papers a dossier.")]
    hands_on_hours: Annotated[float | None, Field(description="What officers worked, where starts are known.")]
    hands_on_dossiers: int


class SavedBy(BaseModel):
    """What a change or a procedure saved, and how sure that is."""

    model_config = shown(examples.SAVED_BY)

    procedure: str
    name: str | None
    field: str | None
    nominal_hours: Annotated[float | None, Field(description="Old limit - new limit; null: not comparable in hours.")]
    old_hours: Annotated[float | None, Field(description="The limit before, in working hours.")]
    nominal_percent: Annotated[float | None, Field(description="The cut over the limit before.")]
    realised: Realised
    before: Side
    after: Side
    verdict: Annotated[str, Field(description="realised, regressed, no_evidence or too_few_dossiers.")]
    reason: InWords
    warnings: list[str]


class SavedProcess(SavedBy):
    """A version of an approved process that replaced another."""

    model_config = shown(examples.SAVED_PROCESS)

    process_key: Annotated[str, Field(description="Give it as `process` to list the dossiers behind.")]
    process_version: str
    previous_version: str | None
    case_variant: str | None
    channel: str | None
    decision: str
    effective_from: date
    kind: Annotated[str, Field(description="shortened, lengthened, equal, first or incomparable.")]


class SavedProcedure(SavedBy):
    """A procedure with its changes of the period."""

    model_config = shown(examples.SAVED_PROCEDURE)

    reengineered: Annotated[bool, Field(description="Whether a limit was shortened.")]
    calendar_days: Annotated[float, Field(description="Cuts of limits in calendar days, which are no hours.")]
    potential_hours_a_year: Potential
    changes: Annotated[int, Field(description="Versions that came into force in the period.")]


class SavedSum(BaseModel):
    """The dossiers under a change of one field, level of units, unit or month of intake; name null: not known."""

    model_config = shown(examples.SAVED_SUM)

    name: str | None
    nominal_hours: Annotated[float | None, Field(description="By field only: limits belong to procedures.")]
    realised: Realised


class AccountHead(BaseModel):
    """What an account is about and rests on."""

    model_config = shown(examples.ACCOUNT_HEAD)

    headline: InWords
    as_of: Annotated[datetime, Field(description="Up to when the log was read.")]
    changed_from: Annotated[date | None, Field(description="Versions that came into force on or after this day.")]
    changed_to: Annotated[date | None, Field(description="... and before this day.")]
    calendar_versions: list[str]
    seed: Annotated[int, Field(description="Of all intervals.")]
    replicates: int


class TimeSaved(AccountHead):
    """The time-saved account: nominal and realised side by side; its procedures by code, a page at a time."""

    model_config = shown(examples.TIME_SAVED)

    procedures: Annotated[int, Field(description="Procedures in the catalogue.")]
    changed: Annotated[int, Field(description="Of these, those with a version that replaced another.")]
    reengineered: Annotated[int, Field(description="Of these, those with a shorter limit.")]
    nominal_hours: Annotated[float, Field(description="Sum of old limits - new limits, longer ones subtracted.")]
    shortened_hours: float
    lengthened_hours: float
    calendar_days: Annotated[float, Field(description="Cuts of limits in calendar days, which are no hours.")]
    mean_percent: Annotated[float | None, Field(description="Mean of the percentages of re-engineered procedures.")]
    weighted_percent: Annotated[float | None, Field(description="The same weighted by their old limits.")]
    volume_hours: Annotated[float, Field(description="Nominal x dossiers taken in since.")]
    realised_hours: Estimate
    realised: Realised
    potential_hours_a_year: Potential
    verdicts: Annotated[dict[str, int], Field(description="Procedures by verdict.")]
    sums: Annotated[dict[str, list[SavedSum]], Field(description="By field, level, unit and month.")]
    warnings: list[str]
    total: Annotated[int, Field(description="Procedures of all pages.")]
    per_procedure: list[SavedProcedure]
    next: Next


class ProcedureSavings(AccountHead):
    """What the changes of one procedure saved; `of` is null where no version replaced another in the period."""

    model_config = shown(examples.PROCEDURE_SAVINGS)

    procedure: str
    potential_hours_a_year: Potential
    of: SavedProcedure | None
    processes: list[SavedProcess]
    months: list[SavedSum]


class SavedDossier(BaseModel):
    """A dossier behind a figure, in working hours; `finished_at` null: it is open."""

    model_config = shown(examples.SAVED_DOSSIER)

    dossier: UUID
    procedure: str
    process_key: Annotated[str | None, Field(description="Of the version that it was handled under; null: before.")]
    unit: str | None
    month: Annotated[str, Field(description="Of intake.")]
    accepted_at: datetime
    finished_at: datetime | None
    hours: Annotated[float, Field(description="Of the agency, so far.")]
    expected_hours: Annotated[float, Field(description="Without the change.")]
    likely_hours: Annotated[float, Field(description="Once it is finished.")]
    saved_hours: Annotated[float | None, Field(description="expected - likely; null: it cannot be compared.")]
    compared: bool


class SavedDossierPage(BaseModel):
    """The dossiers behind a figure by intake; `saved_hours` of all pages add up to the figure."""

    model_config = shown(examples.SAVED_DOSSIERS)

    side: str
    as_of: datetime
    calendar_versions: list[str]
    total: int
    saved_hours: Annotated[float, Field(description="Of all pages.")]
    items: list[SavedDossier]
    next: Next
