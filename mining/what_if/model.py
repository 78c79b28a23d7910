"""What a simulation is discovered to be: dossiers as they went, the officers who did it, and their hours."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE
from simulation.engine import NOBODY

UNKNOWN_US = -1
"""A time that is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Tasks:
    """What was done in the dossiers, by course and then by stage; times are microseconds.

    `course` is a row of Courses, `desk` one of Model.desks or NOBODY. Names are codes of Model.names, NONE for none.
    Before it is queued a task waits for the citizen, then outside: for other agencies or systems. `logged_us` is all
    the time that it took in the log since it was enabled; `returned` marks where it sent the dossier back.
    """

    course: Ints
    stage: Ints
    desk: Ints
    activity: Ints
    unit: Ints
    work_us: Ints
    outside_us: Ints
    citizen_us: Ints
    logged_us: Ints
    returned: Mask

    def __len__(self) -> int:
        return len(self.course)

    def rows(self, chosen: Ints | Mask) -> Self:
        """Return some of the tasks."""
        columns: dict[str, Any] = {name: getattr(self, name)[chosen] for name in type(self).__slots__}
        return replace(self, **columns)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """What dossiers took: elapsed, and office hours without those for which they were with the citizen, from arrival.

    `kept_us` is the latter from acceptance on. Microseconds; UNKNOWN_US where a dossier is not finished.
    """

    elapsed_us: Ints
    working_us: Ints
    kept_us: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """The dossiers of the log, by their arrival; names are codes, `hours` is the calendar of the dossier's unit.

    `known` are those that are finished, so that others can be made like them. `finish_stage` is the stage with which
    the work was done, `accepted_stage` that from which the promise runs (NONE: from the arrival), `allowed_us` the
    agency working time that was promised (UNKNOWN_US: none). `logged` is what the log has. `measured` marks those that
    are asked about; the others only keep officers busy.
    """

    dossier: Ints
    arrival_us: Ints
    procedure: Ints
    unit: Ints
    hours: Ints
    online: Mask
    supplements: Mask
    known: Mask
    measured: Mask
    finish_stage: Ints
    accepted_stage: Ints
    allowed_us: Ints
    logged: Times

    def __len__(self) -> int:
        return len(self.dossier)


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """The office hours of a calendar as arrays, and its code."""

    code: str
    opens_us: Ints
    closes_us: Ints


@dataclass(frozen=True, slots=True)
class Desk:
    """Officers who share one queue: their unit and roles, how many they are, and the number of their calendar.

    `sittings` are the minutes of the local day at which the tray is emptied, or, where there is no such rule, `sat_us`
    the instants at which it was; neither: work is taken up as it comes. `load` is the share of their hours that they
    were at work. `team` tells desks of single officers that belong together; it is the desk's own number for others.
    """

    unit: str | None
    roles: tuple[str, ...]
    officers: int
    hours: int
    load: float
    team: int
    sittings: tuple[int, ...] = ()
    sat_us: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Instants of the log: it begins, what arrives from `from_us` to before `known_to_us` is counted, it ends.

    Dossiers that arrive later are often still open at the end, so that what is known of them would be too good.
    """

    begin_us: int
    from_us: int
    known_to_us: int
    end_us: int

    @property
    def counted_us(self) -> int:
        """How long dossiers are counted for."""
        return self.known_to_us - self.from_us


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How many dossiers of a procedure (NONE: of all) shall have a trait, `online` or `supplements`.

    Those that get it, or lose it, go as their `twin` does, a course made for it; NONE: like another dossier that has
    it, or has it not, of the same procedure and unit.
    """

    trait: str
    procedure: int
    share: float
    twin: Ints | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """What is known of waits outside: `task` by `task` the least and the most (microseconds), and what waits alike."""

    task: Ints
    least_us: Ints
    most_us: Ints
    kind: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A simulation of the work behind a log; `names` are procedures, units and activities by code, in one list.

    `factors` scale the arrivals of a procedure (NONE: of all), `mixes` change what arrives. `estimated` is the share of
    the tasks of officers of which the log does not tell when they were worked on: they have no queue. `zone_us` is how
    far local time is ahead of UTC.
    """

    tasks: Tasks
    outside: Outside
    courses: Courses
    desks: tuple[Desk, ...]
    openings: tuple[Opening, ...]
    names: tuple[str, ...]
    span: Span
    zone_us: int
    estimated: float
    calendar_versions: tuple[str, ...]
    factors: tuple[tuple[int, float], ...] = ()
    mixes: tuple[Mix, ...] = ()

    def code(self, name: str | None) -> int:
        """Return the code of a name, NONE for one that does not occur."""
        return self.names.index(name) if name in self.names else NONE

    def name(self, code: int | np.int64) -> str | None:
        """Return the name of a code."""
        return None if code == NONE else self.names[int(code)]


def has_officer(tasks: Tasks) -> Mask:
    """Return which tasks are done by officers."""
    return np.asarray(tasks.desk != NOBODY, np.bool_)


def bounds_of(sorted_keys: Ints, count: int) -> Ints:
    """Return where the rows of each of `count` keys begin among sorted ones, and where the last ends."""
    return np.searchsorted(sorted_keys, np.arange(count + 1))


def traits(courses: Courses, trait: str) -> Mask:
    """Return which courses have a trait that can be mixed."""
    return courses.online if trait == "online" else courses.supplements
