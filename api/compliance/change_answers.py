"""What the HTTP API answers about change over time; docs/drift.md explains how changes are found."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.compliance import examples
from api.shown import FROM, TO, Next, shown


class TransitionChange(BaseModel):
    """A transition before and after: how often a dossier takes it, and the working hours that it spends on it."""

    model_config = shown(examples.TRANSITION_CHANGE)

    source: str
    target: str
    times_before: float
    times_after: float
    hours_before: float
    hours_after: float


class UnitChange(BaseModel):
    """A unit before and after; null: no unit is named."""

    model_config = shown(examples.UNIT_CHANGE)

    unit: str | None
    dossiers_before: int
    dossiers_after: int
    hours_before: Annotated[float | None, Field(description="Mean working hours of the agency; null: of nothing.")]
    hours_after: float | None
    hours: Annotated[float, Field(description="Its part in the change of the mean.")]


class Version(BaseModel):
    """A version of the approved process that came into force around a change."""

    model_config = shown(examples.VERSION)

    version: str
    decision: str
    effective_from: date


class Change(BaseModel):
    """Since when dossiers take another time or another way, by when they were accepted, and what changed.

    The instant is known to within [from, to]. A change without `versions` around it is a drift.
    """

    model_config = shown(examples.CHANGE)

    what: Annotated[str, Field(description="time or paths.")]
    intended: Annotated[bool, Field(description="A new version came into force around then.")]
    at: datetime
    from_at: Annotated[datetime, FROM]
    to_at: Annotated[datetime, TO]
    dossiers_before: int
    dossiers_after: int
    hours_before: Annotated[float, Field(description="Median working hours of the agency.")]
    hours_after: float
    p_value: float
    q_value: Annotated[float, Field(description="The same after the changes of all procedures were tested.")]
    versions: list[Version]
    transitions: Annotated[list[TransitionChange], Field(description="The most changed first.")]
    units: Annotated[list[UnitChange], Field(description="Those with the greatest part first.")]


class ProcedureChanges(BaseModel):
    """The changes of a procedure by time; none: nothing is above chance, or there are too few dossiers to tell."""

    model_config = shown(examples.CHANGES)

    procedure: str
    as_of: datetime
    calendar_versions: list[str]
    items: list[Change]


class ChangeOfProcedure(Change):
    """A change, and the procedure that changed."""

    model_config = shown(examples.CHANGE_OF_PROCEDURE)

    procedure: str


class ChangePage(BaseModel):
    """The changes of all procedures, the latest first."""

    model_config = shown(examples.CHANGE_PAGE)

    as_of: datetime
    calendar_versions: list[str]
    total: Annotated[int, Field(description="Changes of all pages.")]
    items: list[ChangeOfProcedure]
    next: Next
