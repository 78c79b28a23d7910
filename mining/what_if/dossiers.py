"""The dossiers of a log as a simulation needs them: what arrived, where its work ends, what was promised and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa

from mining.ask import ask
from mining.clocks.clock import Calendars, instants_us
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, Steps, starts_of_groups
from mining.what_if import WhatIfError
from mining.what_if.model import UNKNOWN_US, Courses, Opening, Span, Tasks, Times
from mining.what_if.office import Offices, worked

ONLINE = ("online", "trực tuyến")
_WARM = 0.1
"""The share of the log whose arrivals are not counted: at its beginning officers seem to have nothing to do."""
_SETTLED = 0.98
"""What arrives later before the end of the log than this share of dossiers takes is not counted: much is still open."""
_LEAST_KNOWN = 30


NOT_TIMED = Times(*(np.empty(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True, eq=False)
class Dossiers:
    """The dossiers of some steps: all names, the course of each step, what of the log counts, and their instants."""

    names: tuple[str, ...]
    courses: Courses
    course: Ints
    span: Span
    accepted_us: Ints
    finished_us: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """Stretches for which dossiers were with the citizen: the course of each, and when it began and ended."""

    course: Ints
    begin_us: Ints
    end_us: Ints


def read_courses(
    cursor: duckdb.DuckDBPyConnection, steps: Steps, stages: Ints, calendars: Calendars, offices: Offices
) -> Dossiers:
    """Read the dossiers of the steps, in order of arrival; `stages` are those of the steps."""
    table = ask(cursor, "what_if_dossiers")
    firsts = starts_of_groups(steps.dossier)
    order = np.argsort(steps.dossier_from_us[firsts], kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    course = np.repeat(rank, np.diff(np.append(firsts, len(steps))))
    dossier, arrival = steps.dossier[firsts][order], steps.dossier_from_us[firsts][order]
    table = table.take(pa.array(np.searchsorted(np.asarray(table["dossier"]), dossier)))
    procedures, units = table["procedure"].to_pylist(), table["unit"].to_pylist()
    names = tuple(sorted({*procedures, *units, *steps.unit.names, *steps.activity.names} - {None}))
    number = {name: code for code, name in enumerate(names)} | {None: NONE}
    hours = offices.of_units(units, calendars)
    finished, accepted, due = (
        instants_us(table[name], UNKNOWN_US) for name in ("finished_at", "accepted_at", "due_at")
    )
    accepted = np.where(accepted == UNKNOWN_US, arrival, accepted)
    courses = Courses(
        dossier=dossier,
        arrival_us=arrival,
        procedure=np.array([number[name] for name in procedures], np.int64),
        unit=np.array([number[name] for name in units], np.int64),
        hours=hours,
        online=np.array([channel in ONLINE for channel in table["channel"].to_pylist()], np.bool_),
        supplements=np.asarray(table["supplements"]) > 0,
        known=finished != UNKNOWN_US,
        measured=np.ones(len(order), np.bool_),
        finish_stage=_last_stage(course, stages, steps.end_us <= finished[course], len(order)),
        accepted_stage=_last_stage(course, stages, steps.end_us <= accepted[course], len(order)),
        allowed_us=_allowed(accepted, due, hours, offices.openings),
        logged=NOT_TIMED,
    )
    span = _span(arrival, finished, int(steps.end_us.max()))
    return Dossiers(names, courses, course, span, accepted, finished)


def timed(dossiers: Dossiers, tasks: Tasks, enabled_us: Ints, openings: list[Opening]) -> Courses:
    """Return the dossiers with what they took; `enabled_us` is when each task was enabled."""
    courses = dossiers.courses
    held = np.flatnonzero((tasks.citizen_us > 0) & (tasks.stage <= courses.finish_stage[tasks.course]))
    stops = Stops(tasks.course[held], enabled_us[held], enabled_us[held] + tasks.citizen_us[held])
    instants = (courses.arrival_us, dossiers.accepted_us, dossiers.finished_us)
    return replace(courses, logged=times_of(courses.hours, openings, instants, stops))


def times_of(hours: Ints, openings: Sequence[Opening], instants: tuple[Ints, Ints, Ints], stops: Stops) -> Times:
    """Return what dossiers took.

    `instants` are their arrival, acceptance and finish (UNKNOWN_US: not finished), `stops` those before the finish;
    `hours` numbers the calendar of each.
    """
    arrived, accepted, finished = instants
    row, begin, end = stops.course, stops.begin_us, stops.end_us
    done = finished != UNKNOWN_US
    at = [np.zeros(len(hours), np.int64) for _ in range(3)]
    stopped, after = np.zeros(len(hours), np.int64), np.zeros(len(hours), np.int64)
    for number, opening in enumerate(openings):
        own = hours == number
        for column, instant in zip(at, instants, strict=True):
            column[own] = worked(opening, instant[own])
        part = np.flatnonzero(own[row])
        held = worked(opening, end[part]) - worked(opening, begin[part])
        np.add.at(stopped, row[part], held)
        late = begin[part] >= accepted[row[part]]
        np.add.at(after, row[part][late], held[late])
    return Times(
        elapsed_us=np.where(done, finished - arrived, UNKNOWN_US),
        working_us=np.where(done, np.maximum(at[2] - at[0] - stopped, 0), UNKNOWN_US),
        kept_us=np.where(done, np.maximum(at[2] - at[1] - after, 0), UNKNOWN_US),
    )


def _span(arrival: Ints, finished: Ints, end_us: int) -> Span:
    """Which arrivals count: not the first tenth of the time, and none of which much is still open."""
    known = finished != UNKNOWN_US
    if known.sum() < _LEAST_KNOWN:
        raise WhatIfError(
            f"the log has {int(known.sum())} finished dossiers; at least {_LEAST_KNOWN} are needed to simulate others"
            " like them; read in a longer log"
        )
    begin = int(arrival[0])
    early = known & (arrival <= np.median(arrival))
    took = np.quantile((finished - arrival)[early if early.any() else known], _SETTLED)
    known_to = max(int(end_us - took), int(np.quantile(arrival, 0.5)) + 1)
    return Span(begin, begin + int(_WARM * (known_to - begin)), known_to, end_us)


def _last_stage(course: Ints, stages: Ints, within: Mask, count: int) -> Ints:
    last = np.full(count, NONE)
    np.maximum.at(last, course[within], stages[within])
    return last


def _allowed(accepted: Ints, due: Ints, hours: Ints, openings: Sequence[Opening]) -> Ints:
    """The promised agency working time from acceptance to the due date; UNKNOWN_US without a promise."""
    allowed = np.full(len(due), UNKNOWN_US)
    for number, opening in enumerate(openings):
        own = (hours == number) & (due != UNKNOWN_US)
        allowed[own] = worked(opening, due[own]) - worked(opening, accepted[own])
    return allowed
