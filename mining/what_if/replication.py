"""One simulated period, as it is and with a change: the same arrivals, ways and work in both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE
from mining.what_if.arrivals import Arrivals, as_logged, changed, drawn, profile
from mining.what_if.dossiers import Stops, times_of
from mining.what_if.edits import Edit, edited
from mining.what_if.model import UNKNOWN_US, Model, bounds_of
from mining.what_if.office import sitting_instants
from mining.what_if.outside import redrawn
from mining.workers import start_quiet_worker
from simulation.engine import NOBODY, Course, Engine, Pool, Task
from simulation.hours import Hours

Mode = Literal["drawn", "logged"]
MODES: tuple[Mode, ...] = ("drawn", "logged")
_HOUR_US = 3.6e9

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the dossiers that count took in a simulated period, an entry each, in hours.

    `working_hours` are office hours without those for which a dossier was with the citizen, `hands_on_hours` the work
    of officers. `on_time` is 1 or 0, NaN where nothing was promised.
    """

    elapsed_hours: Numbers
    working_hours: Numbers
    hands_on_hours: Numbers
    on_time: Numbers


class _Way(NamedTuple):
    """The stages of a course, and the places among them at which it is accepted and its work is done (-1: at once)."""

    stages: tuple[tuple[Task, ...], ...]
    accepted: int
    finish: int


class _About:
    """What is known of a course that counts, while it is simulated."""

    __slots__ = ("accepted_us", "course", "finish_us", "row", "way")

    def __init__(self, row: int, course: int, way: _Way, arrival_us: int) -> None:
        self.row, self.course, self.way = row, course, way
        self.accepted_us = arrival_us
        self.finish_us = arrival_us if way.finish < 0 else UNKNOWN_US


def start_worker() -> None:
    """Make ready a process that simulates."""
    start_quiet_worker()


def replicate(model: Model, edits: Sequence[Edit], mode: Mode, seed: tuple[int, ...]) -> tuple[Outcome, Outcome | None]:
    """Simulate the period of the log as it is and, where there are any, with changes.

    What the log leaves open is drawn anew each time.
    """
    before = redrawn(model, np.random.default_rng([*seed, 4]))
    how = profile(before)
    arrivals = (drawn if mode == "drawn" else as_logged)(before, how, np.random.default_rng([*seed, 1]))
    outcome = run(before, arrivals)
    if not edits:
        return outcome, None
    after = edited(before, edits)
    return outcome, run(after, changed(after, arrivals, how, np.random.default_rng([*seed, 2])))


def run(model: Model, arrivals: Arrivals, *, from_us: int | None = None, to_us: int | None = None) -> Outcome:
    """Simulate what arrives, to its end; what counts are the dossiers that arrive within the span of the model."""
    first = model.span.from_us if from_us is None else from_us
    last = model.span.known_to_us if to_us is None else to_us
    counted = (arrivals.at_us >= first) & (arrivals.at_us < last) & model.courses.measured[arrivals.like]
    ways = _Ways(focused(model))
    abouts: list[_About] = []

    def courses() -> Iterator[Course[_About | None]]:
        for at, like, counts in zip(arrivals.at_us.tolist(), arrivals.like.tolist(), counted.tolist(), strict=True):
            way = ways[like]
            about = None
            if counts:
                about = _About(len(abouts), like, way, at)
                abouts.append(about)
            if way.stages:
                yield Course(at, way.stages, about)

    engine: Engine[_About | None] = Engine(engine_pools(model))
    stops: list[tuple[int, int, int]] = []
    for ended, job in engine.run(courses()):
        about = job.course.about
        if about is None or not ended:
            continue
        if job.task.citizen_us and job.stage <= about.way.finish:
            stops.append((about.row, job.enabled_us, job.enabled_us + job.task.citizen_us))
        if job.course.pending == 1:
            if job.stage == about.way.accepted:
                about.accepted_us = job.end_us
            if job.stage == about.way.finish:
                about.finish_us = job.end_us
    return _outcome(model, abouts, arrivals.at_us[counted], stops)


def engine_pools(model: Model) -> list[Pool]:
    """Return the desks of a model for the engine, with officers numbered through."""
    hours = [Hours(one.opens_us.tolist(), one.closes_us.tolist()) for one in model.openings]
    pools, first = [], 0
    for desk in model.desks:
        sessions = sitting_instants(desk, model.openings[desk.hours], model.zone_us).tolist()
        pools.append(Pool(tuple(range(first, first + desk.officers)), hours[desk.hours], sessions))
        first += desk.officers
    return pools


def focused(model: Model) -> Model:
    """Return the model with only the desks at which dossiers that count are handled.

    What others do elsewhere takes them as long as in the log; dossiers that meet none of these desks are left out.
    """
    tasks, measured = model.tasks, model.courses.measured
    if measured.all():
        return model
    own = measured[tasks.course]
    involved = np.zeros(len(model.desks) + 1, np.bool_)
    involved[tasks.desk[own & (tasks.desk != NOBODY)]] = True
    kept = involved[tasks.desk] & (tasks.desk != NOBODY)
    meets = measured.copy()
    meets[tasks.course[kept]] = True
    away = ~kept & ~own
    tasks = replace(
        tasks,
        desk=np.where(away, NOBODY, tasks.desk),
        work_us=np.where(away, 0, tasks.work_us),
        outside_us=np.where(away, tasks.logged_us, tasks.outside_us),
        citizen_us=np.where(away, 0, tasks.citizen_us),
    )
    return replace(model, tasks=tasks.rows(meets[tasks.course]))


class _Ways:
    """The ways of the courses of a model, each made when it is first gone."""

    def __init__(self, model: Model) -> None:
        tasks = model.tasks
        self._finish, self._accepted = model.courses.finish_stage.tolist(), model.courses.accepted_stage.tolist()
        self._bounds = bounds_of(tasks.course, len(model.courses)).tolist()
        columns = (tasks.stage, tasks.desk, tasks.work_us, tasks.outside_us, tasks.citizen_us)
        self._tasks = list(zip(*(column.tolist() for column in columns), strict=True))
        self._known: dict[int, _Way] = {}

    def __getitem__(self, course: int) -> _Way:
        way = self._known.get(course)
        if way is None:
            way = self._known[course] = self._made(course)
        return way

    def _made(self, course: int) -> _Way:
        stages: dict[int, list[Task]] = {}
        for stage, desk, work, outside, citizen in self._tasks[self._bounds[course] : self._bounds[course + 1]]:
            stages.setdefault(stage, []).append(Task(desk, work, outside, citizen))
        numbers = sorted(stages)
        accepted, finish = self._accepted[course], self._finish[course]
        return _Way(
            tuple(tuple(stages[number]) for number in numbers),
            sum(number <= accepted for number in numbers) - 1 if accepted != NONE else -1,
            sum(number <= finish for number in numbers) - 1,
        )


def _outcome(model: Model, abouts: list[_About], arrived: Ints, stops: list[tuple[int, int, int]]) -> Outcome:
    like = np.array([about.course for about in abouts], np.int64)
    accepted, finished = (
        np.array([getattr(one, name) for one in abouts], np.int64) for name in ("accepted_us", "finish_us")
    )
    held = np.array(stops, np.int64).reshape(-1, 3)
    hours = model.courses.hours[like]
    times = times_of(
        hours, model.openings, (arrived, accepted, finished), Stops(*(held[:, column] for column in range(3)))
    )
    hands_on = np.bincount(model.tasks.course, model.tasks.work_us, minlength=len(model.courses))
    allowed = model.courses.allowed_us[like]
    return Outcome(
        elapsed_hours=times.elapsed_us / _HOUR_US,
        working_hours=times.working_us / _HOUR_US,
        hands_on_hours=hands_on[like] / _HOUR_US,
        on_time=np.where(allowed == UNKNOWN_US, np.nan, times.kept_us <= allowed),
    )
