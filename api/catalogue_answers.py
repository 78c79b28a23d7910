"""What the HTTP API answers about the catalogue: the documents on approved processes."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api import examples
from api.shown import shown


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
