"""What the HTTP API answers about the catalogue: what was stated, what is in force, and what was said before."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api import examples
from api.shown import Next, shown


class ApprovedStep(BaseModel):
    """A row of an approved step table."""

    model_config = shown(examples.APPROVED_STEP)

    number: str
    task: str
    unit: Annotated[str | None, Field(description="Code of the unit where the text names a known one.")]
    role: str | None
    hours: float
    result: str | None


class Approved(BaseModel):
    """A version of an approved process; from and to are both included, null leaves open."""

    model_config = shown(examples.APPROVED)

    process_version: str
    procedure: Annotated[str, Field(description="The code that it was approved for; without an owner: for all.")]
    case_variant: Annotated[str | None, Field(description="Null: for all that have no version of their own.")]
    channel: str | None
    decision: str
    effective_from: date
    effective_to: date | None
    limit_amount: float
    limit_unit: Annotated[str, Field(description="hours, working_days or calendar_days.")]
    limit_hours: Annotated[float | None, Field(description="In working hours, 8 a day; null for calendar days.")]
    step_hours: Annotated[float, Field(description="Sum of the steps, whatever the limit says.")]
    warnings: Annotated[list[str], Field(description="What a person should look at.")]
    steps: list[ApprovedStep]


class CatalogueWarning(BaseModel):
    """What a person should look at in an entry, which is used as it stands."""

    model_config = shown(examples.CATALOGUE_WARNING)

    key: Annotated[str, Field(description="The entry: its kind and what identifies it.")]
    text: str


class CatalogueTaken(BaseModel):
    """What became of the messages of a request; keys of the entries that changed, null where Kafka carries them on."""

    model_config = shown(examples.CATALOGUE_TAKEN)

    accepted: Annotated[int, Field(description="Messages that were taken: all of them.")]
    added: list[str] | None
    corrected: list[str] | None
    unchanged: Annotated[int | None, Field(description="Messages that said what was known already.")]
    warnings: list[CatalogueWarning]


class CatalogueProcedure(BaseModel):
    """A procedure of the catalogue."""

    model_config = shown(examples.CATALOGUE_PROCEDURE)

    code: str
    name: str
    field: str | None
    owner: str | None
    online_only: Annotated[bool, Field(description="A dossier on paper is against the rules.")]
    processes: Annotated[int, Field(description="Approved versions for exactly this code.")]
    warnings: list[str]


class CatalogueProcedurePage(BaseModel):
    """Procedures of the catalogue by code."""

    model_config = shown({"items": [examples.CATALOGUE_PROCEDURE], "next": None})

    items: list[CatalogueProcedure]
    next: Next


class ApprovedPage(BaseModel):
    """Approved processes by procedure, case variant, channel and version."""

    model_config = shown({"items": [examples.APPROVED], "next": None})

    items: list[Approved]
    next: Next


class CatalogueUnit(BaseModel):
    """A unit; it is valid on both days, null leaves open."""

    model_config = shown(examples.CATALOGUE_UNIT)

    code: str
    name: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successor: str | None
    former_codes: list[str]
    calendar: Annotated[str | None, Field(description="Null: that of the unit above it.")]
    warnings: list[str]


class CatalogueUnitPage(BaseModel):
    """Units by code."""

    model_config = shown({"items": [examples.CATALOGUE_UNIT], "next": None})

    items: list[CatalogueUnit]
    next: Next


class CatalogueEntry(BaseModel):
    """A statement of the history; `content` is the entry, null where it was withdrawn."""

    model_config = shown(examples.CATALOGUE_ENTRY)

    entry_no: int
    kind: str
    key: str
    content: dict[str, Any] | None
    source: Annotated[str, Field(description="The file and its digest, or the place and the CloudEvents source.")]
    warnings: list[str]
    recorded_at: datetime


class CatalogueEntryPage(BaseModel):
    """Statements of the history, the latest first."""

    model_config = shown({"items": [examples.CATALOGUE_ENTRY], "next": None})

    items: list[CatalogueEntry]
    next: Next
