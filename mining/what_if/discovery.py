"""From a log to a simulation: how dossiers went, what they took, and who did it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from mining.ask import ask
from mining.clocks.clock import Calendars
from mining.opportunities.approval import ENDING, REFUSING
from mining.waiting.answers import read_away, waiting_log
from mining.waiting.citizen import AwayTimes, left_over, ready_since
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, Named, Steps, starts_of_groups
from mining.what_if import WhatIfError
from mining.what_if.dossiers import read_courses, timed
from mining.what_if.handled import Handled
from mining.what_if.model import Model, Outside, Tasks
from mining.what_if.office import Offices, desks_of, sitting_instants
from mining.what_if.outside import redrawn, waited_outside
from mining.what_if.teams import Teams, at_several, find_sittings, find_teams
from simulation.engine import NOBODY

_LEAST_ALIKE = 30
"""Fewer pieces of work of a kind are told together with those of the other channels, then of other units."""
_ANY = -2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The steps of a log, when each was enabled, since when it lay with the agency, and what is known of officers."""

    steps: Steps
    enabled_us: Ints
    source: Ints
    ready_us: Ints
    away: AwayTimes
    returned: Mask


def discover(cursor: duckdb.DuckDBPyConnection, availability: Availability) -> Model:
    """Discover a simulation of all that is in a store.

    Raises WhatIfError where the log has too few finished dossiers to tell anything.
    """
    log = waiting_log(cursor, availability)
    steps = log.steps
    if not len(steps):
        raise WhatIfError("the log has no completed steps, so there is nothing to simulate; read in a log with steps")
    told = _told(cursor, log)
    work, estimated = _work(steps, told.ready_us, availability)
    offices = Offices(int(steps.dossier_from_us.min()), int(steps.end_us.max()))
    zone_us = _zone_us(availability.calendars, offices.begin_us)
    teams = find_teams(steps, work)
    sittings = find_sittings(work, teams.desk, log.waits.batched[work.row], zone_us, len(teams.officers))
    desks = desks_of(steps, work, teams, sittings, offices)
    sat = [sitting_instants(desk, offices.openings[desk.hours], zone_us) for desk in desks]
    stages = _stages(told)
    known = read_courses(cursor, steps, stages, availability.calendars, offices)
    kinds = _kinds(steps, work, known.courses.online[known.course[work.row]])
    outside = waited_outside(work, teams.desk, kinds, sat)
    order = np.lexsort((np.arange(len(steps)), stages, known.course))
    numbers = {name: code for code, name in enumerate(known.names)}
    tasks = _tasks(told, work, teams, (known.course, stages, numbers)).rows(order)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    model = Model(
        tasks=tasks,
        outside=Outside(place[work.row], *outside, kinds),
        courses=timed(known, tasks, told.enabled_us[order], offices.openings),
        desks=desks,
        openings=tuple(offices.openings),
        names=known.names,
        span=known.span,
        zone_us=zone_us,
        estimated=estimated,
        calendar_versions=log.calendar_versions,
    )
    return redrawn(model, np.random.default_rng(0))


def _told(cursor: duckdb.DuckDBPyConnection, log: WaitingLog) -> _Told:
    steps, enabled, away = log.steps, log.waits.enabled, read_away(cursor)
    ready = _ready(steps, enabled.at_us, away)
    return _Told(steps, enabled.at_us, enabled.source, ready, away, _returned(cursor, steps))


def _work(steps: Steps, ready_us: Ints, availability: Availability) -> tuple[Handled, float]:
    """Return the work of officers that stood in queues, and the share of it of which that cannot be told.

    The latter, whose start is estimated or whose officers are at several pieces at once, takes as long as in the log.
    """
    asked = np.flatnonzero((steps.officer.codes != NONE) & (steps.end_us > ready_us))
    if not len(asked):
        raise WhatIfError("no step of the log names an officer, so there are no queues to simulate; name the officers")
    queued = asked[~steps.estimated[asked]]
    if len(queued):
        work = Handled.of(steps, queued, ready_us[queued], availability)
        queued = queued[~at_several(work, find_teams(steps, work))]
    if not len(queued):
        raise WhatIfError(
            "the log does not tell when officers worked (it has no starts, or they are at several steps at once for"
            " most of the time), so there are no queues to simulate; record when work on a step is begun"
        )
    return Handled.of(steps, queued, ready_us[queued], availability), 1 - len(queued) / len(asked)


def _ready(steps: Steps, enabled_us: Ints, away: AwayTimes) -> Ints:
    """Since when each step lay with the agency as it was begun; its end where it never did before."""
    nothing = steps.end_us <= enabled_us
    owner, begins, ends = left_over(away, steps.dossier, enabled_us, steps.start_us)
    ready = ready_since(owner, begins, ends, steps.start_us)
    at_once = steps.start_us <= enabled_us
    return np.where(nothing, steps.end_us, np.where(at_once, enabled_us, ready))


def _returned(cursor: duckdb.DuckDBPyConnection, steps: Steps) -> Mask:
    """Which steps sent the dossier back."""
    outcomes = ask(cursor, "opportunity_outcomes")
    back = [word for word in REFUSING if word not in ENDING]
    said = np.array([word in back for word in outcomes["outcome"].to_pylist()], np.bool_)
    return np.isin(steps.identity, np.asarray(outcomes["identity"]).astype(np.int64)[said])


def _zone_us(calendars: Calendars, at_us: int) -> int:
    """How far local time is ahead of UTC."""
    at = (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(calendars.default.calendar.zone))
    return (at.utcoffset() or timedelta()) // timedelta(microseconds=1)


def _kinds(steps: Steps, work: Handled, online: Mask) -> Ints:
    """What waits outside alike: an activity of a procedure in a unit by channel; where there is little of it, wider."""
    row = work.row
    columns = [steps.procedure.codes[row], steps.activity.codes[row], steps.unit.codes[row], online.astype(np.int64)]
    kinds = np.stack(columns)
    for place in (3, 2):
        _, own, many = np.unique(kinds, axis=1, return_inverse=True, return_counts=True)
        few = many[own.ravel()] < _LEAST_ALIKE
        kinds[place, few] = _ANY
    return np.asarray(np.unique(kinds, axis=1, return_inverse=True)[1].ravel(), np.int64)


def _stages(told: _Told) -> Ints:
    """The stage of each step: one after that of the step that enabled it, 0 where the dossier's start did."""
    steps, source = told.steps, told.source
    stage = np.zeros(len(steps), np.int64)
    firsts = starts_of_groups(steps.dossier)
    sizes = np.diff(np.append(firsts, len(steps)))
    place = np.arange(len(steps)) - np.repeat(firsts, sizes)
    order = np.argsort(place, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(place[order])) + 1):
        stage[rows] = np.where(source[rows] == NONE, 0, stage[source[rows]] + 1)
    return stage


def _tasks(told: _Told, work: Handled, teams: Teams, placed: tuple[Ints, Ints, dict[str, int]]) -> Tasks:
    """Make a task of each step; what takes no officer's time is a delay."""
    steps, (course, stages, numbers) = told.steps, placed
    owner, begins, ends = left_over(told.away, steps.dossier, told.enabled_us, steps.end_us)
    delay = np.bincount(owner, (ends - begins).astype(np.float64), minlength=len(steps)).astype(np.int64)
    citizen = np.maximum(steps.end_us - told.enabled_us, 0) - delay
    desk, effort = np.full(len(steps), NOBODY), np.zeros(len(steps), np.int64)
    desk[work.row], effort[work.row], delay[work.row] = teams.desk, work.effort_us, 0
    citizen[work.row] = np.maximum(work.ready_us - told.enabled_us[work.row], 0)
    return Tasks(
        course=course,
        stage=stages,
        desk=desk,
        activity=_recoded(steps.activity, numbers),
        unit=_recoded(steps.unit, numbers),
        work_us=effort,
        outside_us=np.maximum(delay, 0),
        citizen_us=np.maximum(citizen, 0),
        logged_us=np.maximum(steps.end_us - told.enabled_us, 0),
        returned=told.returned,
    )


def _recoded(column: Named, numbers: dict[str, int]) -> Ints:
    known = np.array([*(numbers[name] for name in column.names), NONE], np.int64)
    return known[column.codes]
