"""What the HTTP API answers about figures that may have been changed by hand; docs/integrity.md explains them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import InBothLanguages
from api.compliance import examples
from api.shown import FROM, TO, Next, shown
from api.time_answers import OnTimeCounts

_NOTE = Field(description="That it is a question to ask, not a verdict.")


class IntegrityFinding(BaseModel):
    """What was found of a kind in a unit: a question to ask, not a verdict."""

    model_config = shown(examples.INTEGRITY_FINDING)

    kind: str
    name: InBothLanguages
    count: Annotated[int, Field(description="Dossiers of which it was found.")]
    checked: Annotated[int, Field(description="Dossiers that were looked at.")]
    share: Annotated[float | None, Field(description="count / checked, 0 to 1; null: of nothing.")]
    expected: Annotated[float, Field(description="How many would be usual.")]
    p_value: Annotated[float | None, Field(description="The probability of so many by chance; null: see `reason`.")]
    q_value: Annotated[float | None, Field(description="The same after all units were tested.")]
    reason: Annotated[str | None, Field(description="Why it cannot be chance; null: see `p_value`.")]
    note: Annotated[InBothLanguages, Field(description="What was found, and that it is a question, not a verdict.")]
    dossiers: Annotated[list[UUID], Field(description="The first ones; all of them are at `/v1/integrity/dossiers`.")]


class UnitIntegrity(BaseModel):
    """What is to be asked of a unit, beside who was on time as reported and by the log; `unit` null: none is named.

    The findings are of dossiers on which the unit worked, who was on time is told of the dossiers of the unit.
    """

    model_config = shown(examples.UNIT_INTEGRITY)

    unit: str | None
    looked_at: Annotated[int, Field(description="Dossiers on which the unit worked.")]
    reported: Annotated[OnTimeCounts, Field(description="With resets honoured, by convention A.")]
    log_based: Annotated[OnTimeCounts, Field(description="By first promise and real finish, by convention A.")]
    share_above_log: Annotated[
        float | None, Field(description="On-time share as reported less that by the log; null: of nothing.")
    ]
    findings: list[IntegrityFinding]


class IntegrityPage(BaseModel):
    """Units by how many dossiers are in question, the most first."""

    model_config = shown(examples.INTEGRITY)

    note: Annotated[InBothLanguages, _NOTE]
    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    calendar_versions: list[str]
    total: Annotated[int, Field(description="Units of all pages.")]
    items: list[UnitIntegrity]
    next: Next


class IntegrityDossier(BaseModel):
    """Something that was found of a dossier; a dossier can be there several times."""

    model_config = shown(examples.INTEGRITY_DOSSIER)

    dossier: UUID
    procedure: str
    unit: Annotated[str | None, Field(description="Who did it.")]
    at: datetime
    reason: str
    measured: Annotated[float | None, Field(description="Hours, of within_a_minute seconds; docs/integrity.md.")]


class IntegrityDossierPage(BaseModel):
    """The evidence of a kind, by dossier and time; `dossiers` is the `count` of the finding, where there is one."""

    model_config = shown(examples.INTEGRITY_DOSSIERS)

    kind: str
    name: InBothLanguages
    note: Annotated[InBothLanguages, _NOTE]
    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    dossiers: Annotated[int, Field(description="Distinct dossiers of all pages.")]
    total: Annotated[int, Field(description="Things found, of all pages.")]
    items: list[IntegrityDossier]
    next: Next
