"""What is asked and said of what-if over HTTP and on the command line. Hours a year are working hours."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.reports.answers import Estimate, InWords
from api.shown import shown
from api.what_if import examples
from mining.what_if.trial import MOST_REPLICATIONS

_MOST_EDITS = 50
_LONGEST = 300
Name = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
Status = Literal["waiting", "running", "done", "stopped", "failed"]
Range = Annotated[Estimate, Field(description="The mean of the replications; a further one lies between low and high.")]


class WhatIfQuestion(BaseModel):
    """A change to be tried: `edits`, and opportunities by their id; none at all tells how good the simulation is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.QUESTION]})

    edits: Annotated[
        list[dict[str, Any]],
        Field(max_length=_MOST_EDITS, description="Changes, `edit` being the name of each; see docs/what-if.md."),
    ] = []
    opportunities: Annotated[
        list[Name], Field(max_length=_MOST_EDITS, description="Ids of `/v1/opportunities`, turned into changes.")
    ] = []
    procedures: Annotated[
        list[Name], Field(max_length=1000, description="Count the dossiers of these only; default: of all.")
    ] = []
    units: Annotated[list[Name], Field(max_length=1000, description="... and of these units.")] = []
    replications: Annotated[int, Field(ge=2, le=MOST_REPLICATIONS)] = 20
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    arrivals: Annotated[
        Literal["drawn", "logged"],
        Field(description="`drawn`: as they come in such a time, `logged`: as they came in the log."),
    ] = "drawn"


class Histogram(BaseModel):
    """Shares of dossiers by hours; `edges_hours` has one entry more, the last bin has all that is longer."""

    model_config = shown(examples.HISTOGRAM)

    edges_hours: list[float]
    shares: list[float]


class CycleTime(BaseModel):
    """Hours that a dossier takes from its arrival until its work is done."""

    model_config = shown(examples.CYCLE_TIME)

    mean: Range
    median: Range
    p90: Range
    histogram: Histogram


class Situation(BaseModel):
    """What dossiers take in the simulated period; `working` without the time for which they were with the citizen."""

    model_config = shown(examples.SITUATION)

    dossiers: Range
    elapsed: CycleTime
    working: CycleTime
    hands_on_mean: Annotated[Estimate, Field(description="Hours that officers work on a dossier.")]
    on_time: Annotated[Estimate | None, Field(description="Share within the promise; null: nothing was promised.")]


class Saved(BaseModel):
    """What the change saves of a dossier and in a year; above 0: it takes less. `on_time` is how much it grows."""

    model_config = shown(examples.SAVED)

    elapsed_hours: Range
    working_hours: Range
    median_elapsed_hours: Range
    p90_elapsed_hours: Range
    hands_on_hours: Range
    working_hours_a_year: Range
    hands_on_hours_a_year: Range
    on_time: Estimate | None


class Validation(BaseModel):
    """How the simulation does at weeks of the log that it was not discovered from; see docs/what-if.md."""

    model_config = shown(examples.VALIDATION)

    grade: Literal["good", "usable", "not_reliable"]
    text: InWords
    held_out_from: datetime
    dossiers: Annotated[int, Field(description="Of the log, in the held-out weeks.")]
    mean_hours: float | None
    simulated_mean_hours: float | None
    distance_hours: Annotated[
        float | None, Field(description="1-Wasserstein distance of elapsed times, in bins of 1 h.")
    ]
    relative: Annotated[float | None, Field(description="That over the mean of the log.")]
    working_mean_hours: float | None
    simulated_working_mean_hours: float | None
    working_distance_hours: float | None
    working_relative: float | None
    log_distance_hours: Annotated[float | None, Field(description="The distance of the log from its own weeks before.")]


class NotTried(BaseModel):
    """An opportunity that comes to no change that can be simulated, and why."""

    model_config = shown(examples.NOT_TRIED)

    id: str
    kind: str
    reason: InWords


class WhatIfAnswer(BaseModel):
    """What the change would bring, beside what is; `changed` and `saved` are null where no change was asked for."""

    model_config = shown(examples.ANSWER)

    arrivals: Literal["drawn", "logged"]
    replications: int
    seed: int
    edits: Annotated[list[dict[str, Any]], Field(description="The changes that were made, in their order.")]
    not_tried: list[NotTried]
    baseline: Situation
    changed: Situation | None
    saved: Saved | None
    validation: Validation
    logged_dossiers: int
    logged_mean_hours: float
    logged_working_mean_hours: float
    desks: int
    officers: int
    estimated_share: Annotated[
        float, Field(description="Share of the officers' steps of which the log does not tell when they worked.")
    ]
    times_a_year: float
    calendar_versions: list[str]


class WhatIfRun(BaseModel):
    """A trial: `progress` from 0 to 1; `problem` says why it failed, `answer` is there once it is done."""

    model_config = shown(examples.RUN)

    id: str
    status: Status
    progress: float
    asked_at: datetime
    ended_at: datetime | None
    problem: str | None
    answer: WhatIfAnswer | None
