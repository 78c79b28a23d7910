"""What a planted change truly does in a simulated city: the same dossiers, once as it is and once with the change."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mining.what_if.dossiers import Stops, times_of
from mining.what_if.model import Opening, Span, Times
from simulation.city import City
from simulation.courses import Courses, Labels
from simulation.dossier import ACCEPTANCE, Dossier
from simulation.engine import Engine
from simulation.hours import Hours
from simulation.layout import Clock, engine_pools
from simulation.plans import Planner


@dataclass(frozen=True, slots=True)
class Means:
    """Mean hours of the dossiers that arrive within a span, and how many these are."""

    dossiers: int
    elapsed_hours: float
    working_hours: float


def true_means(city: City, span: Span, hours: Sequence[Hours], worked: Sequence[Hours] | None = None) -> Means:
    """Run a city to the end of all its dossiers; `worked` are the hours of officers, where they are others."""
    times, arrived = true_times(city, hours, worked)
    counted = (arrived >= span.from_us) & (arrived < span.known_to_us)
    elapsed, working = (one[counted].mean() / 3.6e9 for one in (times.elapsed_us, times.working_us))
    return Means(int(counted.sum()), float(elapsed), float(working))


def true_times(
    city: City, hours: Sequence[Hours], worked: Sequence[Hours] | None = None
) -> tuple[Times, "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"]:
    """Return what every dossier took, and when it arrived."""
    clock = Clock.of(city)
    courses = Courses(city, clock, Planner(city, clock, hours), Labels(city.processes))
    engine: Engine[Dossier] = Engine(engine_pools(city, clock, worked or hours))
    count = city.dossiers
    arrived, accepted, finished = (np.zeros(count, np.int64) for _ in range(3))
    calendar = np.zeros(count, np.int64)
    stops: list[tuple[int, int, int]] = []
    for ended, job in engine.run(courses):
        if not ended:
            continue
        dossier, stages = job.course.about, len(job.course.stages)
        finish = dossier.finish_stage if dossier.finish_stage >= 0 else stages - 1
        row = dossier.number
        if job.task.citizen_us and job.stage <= finish:
            stops.append((row, job.enabled_us, job.enabled_us + job.task.citizen_us))
        if job.course.pending == 1:
            if job.stage == ACCEPTANCE:
                accepted[row] = job.end_us
            if job.stage == finish:
                finished[row] = job.end_us
                arrived[row], calendar[row] = job.course.arrival_us, city.units[dossier.unit].calendar
    held = np.array(stops, np.int64).reshape(-1, 3)
    openings = [Opening("", *np.array(one.openings_us, np.int64).T) for one in hours]
    times = times_of(calendar, openings, (arrived, accepted, finished), Stops(*(held[:, one] for one in range(3))))
    return times, arrived
