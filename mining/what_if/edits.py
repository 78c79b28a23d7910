"""Changes that can be tried: each turns a model into another one, or says why nothing in the log is meant by it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Protocol

import numpy as np

from mining.waiting.ranges import Mask
from mining.waiting.steps import NONE
from mining.what_if import WhatIfError
from mining.what_if.meant import code_of, desks_of_role, known_units, procedure_code, rows_of
from mining.what_if.model import Desk, Mix, Model, Tasks, traits
from mining.what_if.office import opening_of
from mining.what_if.twins import with_twins
from mining.working_time.calendar import Calendar, Hours
from mining.working_time.worktime import WorkingTime
from simulation.engine import NOBODY

_MOST_OFFICERS = 1000
_MOST_FACTOR = 100.0


class Edit(Protocol):
    """A change of a model; a field that is None leaves open which."""

    name: ClassVar[str]

    def apply(self, model: Model) -> Model:
        """Return the changed model; raises WhatIfError where the log has nothing that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveStep:
    """Leave an activity out, with its work, its wait outside, and the rounds that it sent dossiers on."""

    name: ClassVar[str] = "remove_step"
    activity: str
    procedure: str | None = None
    unit: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model without the step."""
        rows = rows_of(model, self.activity, self.procedure, self.unit)
        gone = rows | _rounds(model.tasks, rows)
        return replace(model, tasks=model.tasks.rows(~gone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """Do two activities at once of which one follows the other."""

    name: ClassVar[str] = "parallel"
    first: str
    second: str
    procedure: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model with the second activity in the stage of the first wherever it directly follows it."""
        tasks = model.tasks
        one = rows_of(model, self.first, self.procedure)
        other = np.flatnonzero(rows_of(model, self.second, self.procedure))
        width = int(tasks.stage.max()) + 2
        stages = np.unique((tasks.course * width + tasks.stage)[one])
        follows = np.isin((tasks.course * width + tasks.stage)[other] - 1, stages)
        if not follows.any():
            raise WhatIfError(f"'{self.second}' never directly follows '{self.first}'; name two steps in their order")
        stage = tasks.stage.copy()
        stage[other[follows]] -= 1
        order = np.lexsort((stage, tasks.course))
        return replace(model, tasks=replace(tasks, stage=stage).rows(order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Officers:
    """Give the desk of a role so many more officers, or fewer; those who share its queue share the help."""

    name: ClassVar[str] = "officers"
    unit: str
    role: str
    more: int = 1

    def apply(self, model: Model) -> Model:
        """Return the model with more officers; where each has a queue, the new ones take their share of the work."""
        own = desks_of_role(model, self.unit, self.role)
        team = [number for number, desk in enumerate(model.desks) if desk.team == model.desks[own[0]].team]
        before = sum(model.desks[number].officers for number in team)
        if not 1 <= before + self.more <= _MOST_OFFICERS:
            raise WhatIfError(
                f"{self.role} at {self.unit} has {before} officers; {self.more:+d} leaves {before + self.more}, and it"
                f" must be 1 to {_MOST_OFFICERS}"
            )
        if len(team) == 1:
            desk = model.desks[team[0]]
            return _with_desks(model, {team[0]: replace(desk, officers=desk.officers + self.more)})
        return _shared_out(model, team, self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sittings:
    """Empty the tray of a role at these minutes of the local day; none: take work up as it comes."""

    name: ClassVar[str] = "sittings"
    unit: str | None = None
    role: str
    minutes: tuple[int, ...] = ()

    def apply(self, model: Model) -> Model:
        """Return the model with other sittings."""
        if any(not 0 <= minute < 1440 for minute in self.minutes):
            raise WhatIfError("a sitting is at no time of day; write times from 00:00 to 23:59")
        times = tuple(sorted(set(self.minutes)))
        own = desks_of_role(model, self.unit, self.role)
        return _with_desks(model, {one: replace(model.desks[one], sittings=times, sat_us=()) for one in own})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """Let a unit, or every one, work these hours of the week; public holidays remain."""

    name: ClassVar[str] = "calendar"
    week: tuple[Hours, ...]
    unit: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model in which officers work by the new hours; promises are counted by the old ones."""
        own = [number for number, desk in enumerate(model.desks) if self.unit in (None, desk.unit)]
        if not own:
            raise WhatIfError(f"no officer of the unit '{self.unit}' is in the log; {known_units(model)}")
        time = WorkingTime.of(Calendar(code="what-if", week=self.week))
        opening = opening_of(time, model.span.begin_us, model.span.end_us)
        changed = {one: replace(model.desks[one], hours=len(model.openings)) for one in own}
        return replace(_with_desks(model, changed), openings=(*model.openings, opening))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Let this share of the dossiers come online, or be asked for papers: they are then like those that are."""

    name: ClassVar[str] = "share"
    trait: str
    share: float
    procedure: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model with another mix of what arrives."""
        if not 0 <= self.share <= 1:
            raise WhatIfError(f"the share is {self.share:g}; give one from 0 to 1")
        code = procedure_code(model, self.procedure)
        courses = model.courses
        known = courses.known & ((courses.procedure == code) | (code == NONE))
        has = traits(courses, self.trait)[known]
        if not 0 < has.sum() < len(has):
            raise WhatIfError(
                f"{'all' if len(has) and has.all() else 'none'} of the finished dossiers are '{self.trait}', so that"
                " the log does not show how others would go"
            )
        if self.trait == "online":
            return with_twins(model, code, self.share)
        return replace(model, mixes=(*model.mixes, Mix(self.trait, code, self.share)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalsFactor:
    """Let so many times as many dossiers arrive, of a procedure or of all."""

    name: ClassVar[str] = "arrivals"
    factor: float
    procedure: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model with more or fewer arrivals."""
        factor = _factor(self.factor)
        return replace(model, factors=(*model.factors, (procedure_code(model, self.procedure), factor)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Let steps take so many times as long: the hands-on `work`, the wait `outside`, or both."""

    name: ClassVar[str] = "duration"
    factor: float
    of: str = "work"
    activity: str | None = None
    procedure: str | None = None
    unit: str | None = None
    dossier_unit: str | None = None

    def apply(self, model: Model) -> Model:
        """Return the model with longer or shorter steps."""
        if self.of not in ("work", "outside", "both"):
            raise WhatIfError(f"'{self.of}' is nothing that takes time; choose from work, outside, both")
        factor, tasks = _factor(self.factor), model.tasks
        rows = rows_of(model, self.activity, self.procedure, self.unit) & (tasks.desk != NOBODY)
        if self.dossier_unit is not None:
            rows &= (model.courses.unit == code_of(model, self.dossier_unit, "unit"))[tasks.course]
        if not rows.any():
            raise WhatIfError("the log does not tell when officers worked on these steps, or who; name others")
        scaled = {"work": ("work_us",), "outside": ("outside_us",), "both": ("work_us", "outside_us")}[self.of]
        columns = {
            name: np.where(rows, np.rint(getattr(tasks, name) * factor), getattr(tasks, name)).astype(np.int64)
            for name in scaled
        }
        return replace(model, tasks=replace(tasks, **columns))


EDITS = (RemoveStep, Parallel, Officers, Sittings, WorkingHours, Share, ArrivalsFactor, Duration)
"""All kinds of changes."""


def edited(model: Model, edits: Sequence[Edit]) -> Model:
    """Return the model with all changes made, one after the other; raises WhatIfError."""
    for edit in edits:
        model = edit.apply(model)
    return model


def parameters(edit: type[Edit]) -> tuple[str, ...]:
    """Return the names of what a kind of change is told by."""
    return tuple(one.name for one in fields(edit))  # type: ignore[arg-type]  # every edit is a dataclass


def _rounds(tasks: Tasks, removed: Mask) -> Mask:
    """What is done between a removed step that sent the dossier back and the next time that it comes to this step."""
    gone = np.zeros(len(tasks), np.bool_)
    rows = np.flatnonzero(removed)
    later = np.append(rows[1:], len(tasks))
    for row, following in zip(rows.tolist(), later.tolist(), strict=True):
        again = following < len(tasks) and tasks.course[following] == tasks.course[row]
        if tasks.returned[row] and again and tasks.activity[following] == tasks.activity[row]:
            gone[row:following] = True
    return gone


def _with_desks(model: Model, changed: dict[int, Desk]) -> Model:
    return replace(model, desks=tuple(changed.get(number, desk) for number, desk in enumerate(model.desks)))


def _shared_out(model: Model, team: list[int], more: int) -> Model:
    """Give new officers with queues of their own an even part of the team's work, or that of those who go to the rest.

    Which task moves is a matter of its number, so that it is the same in every run.
    """
    tasks, desks = model.tasks, list(model.desks)
    like = desks[team[0]]
    kept = team[:more] if more < 0 else team
    fresh = list(range(len(desks), len(desks) + max(more, 0)))
    desks += [like] * len(fresh)
    desk = tasks.desk.copy()
    rows = np.flatnonzero(np.isin(tasks.desk, team))
    turn = np.random.default_rng(len(rows)).random((2, len(rows)))
    if fresh:
        moved = turn[0] < len(fresh) / (len(team) + len(fresh))
        targets = np.array(fresh)
    else:
        moved = np.isin(tasks.desk[rows], team[more:])
        targets = np.array(kept)
    desk[rows[moved]] = targets[(turn[1][moved] * len(targets)).astype(np.int64)]
    return replace(model, desks=tuple(desks), tasks=replace(tasks, desk=desk))


def _factor(factor: float) -> float:
    if not 0 <= factor <= _MOST_FACTOR:
        raise WhatIfError(f"the factor is {factor:g}; give one from 0 to {_MOST_FACTOR:g}")
    return factor
