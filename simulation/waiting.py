"""Why every task waited: the true causes, from what the engine knows.

The definition is that of `docs/waiting.md`. The wait of a task is the time from the end of the stage before (else the
arrival of its course) to its start. Each instant of it counts for the first of these causes that holds:

1. citizen: the time that the citizen took;
2. batching: until the last task of its batch was queued (a batch: two or more that an officer takes in one session);
3. contention: the officer who did it was at another task that lay ready no later (from its start to its end, the
   nights in between too), and 4. prioritization: at one that lay ready later. A task lies ready since it was enabled,
   or since the citizen was done with it;
5. unavailability: the office was closed;
6. extraneous: the rest (other agencies, systems, an officer who waits for his session).

The citizen's time and the batch come first in a wait, so that what is left of it is one interval.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from simulation.engine import Course, Job
from simulation.hours import Hours

CAUSES: Final = ("citizen", "batching", "contention", "prioritization", "unavailability", "extraneous")
_MOST_KEPT = 256

T = TypeVar("T")


class Split(NamedTuple):
    """Microseconds by cause."""

    citizen: int
    batching: int
    contention: int
    prioritization: int
    unavailability: int
    extraneous: int


class _Past:
    """What an officer did, in order, as far back as somebody waits; W is working time, see `simulation.hours`."""

    __slots__ = ("end_us", "most", "ready_us", "start_us", "worked_end", "worked_start")

    def __init__(self) -> None:
        self.ready_us: list[int] = []
        self.start_us: list[int] = []
        self.end_us: list[int] = []
        self.worked_start: list[int] = []
        self.worked_end: list[int] = []
        self.most = _MOST_KEPT

    def add(self, job: Job[Any], hours: Hours) -> None:
        """Add a job that was started."""
        self.ready_us.append(job.enabled_us + job.task.citizen_us)
        self.start_us.append(job.start_us)
        self.end_us.append(job.end_us)
        self.worked_start.append(hours.worked(job.start_us))
        self.worked_end.append(hours.worked(job.end_us))

    def forget(self, before_us: int) -> None:
        """Forget what ended before an instant."""
        gone = bisect_right(self.end_us, before_us)
        for one in (self.ready_us, self.start_us, self.end_us, self.worked_start, self.worked_end):
            del one[:gone]
        self.most = max(_MOST_KEPT, 2 * len(self.end_us))


class Waiting:
    """Tells the causes of each job's wait as it starts.

    It must be shown every job that the engine yields, in order, and the courses must reach the engine by `watch`: what
    officers did is kept only as far back as somebody waits. `hours` are those of each pool.
    """

    def __init__(self, hours: Sequence[Hours]) -> None:
        self._hours = hours
        self._past: dict[int, _Past] = {}
        self._open: dict[Course[Any], int] = {}
        """Since when the stage of each course is enabled; in that order, as a course goes to the end with each."""

    def watch(self, courses: Iterable[Course[T]]) -> Iterator[Course[T]]:
        """Pass courses on, and note each when the engine, having let it arrive, asks for the next one."""
        for course in courses:
            yield course
            self._open[course] = course.arrival_us

    def started(self, job: Job[Any]) -> tuple[Split, Split]:
        """Return the wait of a job that an officer started by cause, elapsed and in working time."""
        hours = self._hours[job.task.pool]
        past = self._past.get(job.officer)
        if past is None:
            past = self._past[job.officer] = _Past()
        split = _split(job, hours, past)
        past.add(job, hours)
        if len(past.end_us) > past.most:
            past.forget(next(iter(self._open.values())))
        return split

    def ended(self, job: Job[Any]) -> None:
        """Note that a job ended, and with the last one its stage."""
        course = job.course
        if course.pending == 1:
            self._open.pop(course, None)
            if job.stage + 1 < len(course.stages):
                self._open[course] = job.end_us

    def alone(self, job: Job[Any], hours: Hours) -> tuple[Split, Split]:
        """Return the wait of a job without officer by cause; `hours` are those of the unit that waits."""
        return _split(job, hours, _Past())


def _split(job: Job[Any], hours: Hours, past: _Past) -> tuple[Split, Split]:
    """Cut a wait up; elapsed and working time are cut at the same instants."""
    worked = hours.worked
    start, enabled = job.start_us, job.enabled_us
    answered = min(enabled + job.task.citizen_us, start)
    gathered = min(max(answered, job.batch_us), start)
    contention, prioritization, contention_worked, prioritization_worked = _busy(past, gathered, answered, hours)
    rest = start - gathered - contention - prioritization
    at_enabled, at_answered, at_gathered, at_start = map(worked, (enabled, answered, gathered, start))
    rest_worked = at_start - at_gathered - contention_worked - prioritization_worked
    return (
        Split(answered - enabled, gathered - answered, contention, prioritization, rest - rest_worked, rest_worked),
        Split(
            at_answered - at_enabled,
            at_gathered - at_answered,
            contention_worked,
            prioritization_worked,
            0,
            rest_worked,
        ),
    )


def _busy(past: _Past, from_us: int, ready_us: int, hours: Hours) -> tuple[int, int, int, int]:
    """How long an officer was at work since an instant, by when that work lay ready; elapsed and working."""
    contention = prioritization = contention_worked = prioritization_worked = 0
    first = bisect_right(past.end_us, from_us)
    for place in range(first, len(past.end_us)):
        begin, begin_worked = past.start_us[place], past.worked_start[place]
        if begin < from_us:
            begin, begin_worked = from_us, hours.worked(from_us)
        elapsed, worked = past.end_us[place] - begin, past.worked_end[place] - begin_worked
        if past.ready_us[place] <= ready_us:
            contention += elapsed
            contention_worked += worked
        else:
            prioritization += elapsed
            prioritization_worked += worked
    return contention, prioritization, contention_worked, prioritization_worked
