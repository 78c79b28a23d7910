"""The queueing engine: courses of tasks through pools of officers, event by event.

It knows neither cities nor dossiers, and no chance: everything that happens follows from the pools and the courses
that it is given, so the same ones give the same outcome. What is open is all that it remembers.

A course is a row of stages, one after the other; the tasks of a stage are done in parallel. A task waits for the
citizen, then outside (both by the wall clock), is then queued at its pool, and is worked on by one of its officers in
the pool's office hours: over nights it rests. A pool is either worked whenever the office is open, first in, first out
with urgent tasks before the others; or in sessions only, at which the officers who are free divide the tray among them
and work it off, urgent tasks first.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, NamedTuple, TypeVar

from simulation import SimulationError
from simulation.hours import Hours

NOBODY = -1
"""The pool of a task that needs no officer, and the officer of such a task."""

T = TypeVar("T")
Stages = Sequence[Sequence["Task"]]


class Task(NamedTuple):
    """A task to be done; times are microseconds, `tag` is the caller's own and not looked at."""

    pool: int
    work_us: int
    hold_us: int = 0
    citizen_us: int = 0
    urgent: bool = False
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """Officers (numbers of their own in the whole run) who share one queue and one calendar.

    `sessions_us` are the instants at which the tray is emptied, in order; empty: whenever the office is open.
    """

    officers: tuple[int, ...]
    hours: Hours
    sessions_us: Sequence[int] = ()


class Course(Generic[T]):
    """Stages to go through from `arrival_us` on; `about` is the caller's own and not looked at."""

    __slots__ = ("about", "arrival_us", "pending", "stage", "stages")

    def __init__(self, arrival_us: int, stages: Stages, about: T) -> None:
        self.arrival_us = arrival_us
        self.stages = stages
        self.about = about
        self.stage = -1
        """The number of the stage that the course is in; len(stages) once it is through."""
        self.pending = 0
        """How many tasks of that stage are not done."""


class Job(Generic[T]):
    """A task of a course on its way: enabled, queued, started by an officer, ended. `end_us` is known at the start.

    `batch_us` is the instant at which the last task of its batch was queued (a batch: two or more that one officer
    takes in one session); 0 where it was in none.
    """

    __slots__ = ("batch_us", "course", "enabled_us", "end_us", "officer", "queued_us", "stage", "start_us", "task")

    def __init__(self, course: Course[T], stage: int, task: Task, enabled_us: int) -> None:
        self.course = course
        self.stage = stage
        self.task = task
        self.enabled_us = enabled_us
        self.queued_us = enabled_us + task.citizen_us + task.hold_us
        self.start_us = self.end_us = self.batch_us = 0
        self.officer = NOBODY


class _Desk(Generic[T]):
    """A pool at work: who is idle (longest first), what is queued, and whether somebody will be woken."""

    __slots__ = ("called", "hours", "idle", "overdue", "queue", "sessions_us", "shares", "urgent", "waking")

    def __init__(self, pool: Pool) -> None:
        self.hours = pool.hours
        self.sessions_us = pool.sessions_us
        self.idle = deque(pool.officers)
        self.queue: deque[Job[T]] = deque()
        self.urgent: deque[Job[T]] = deque()
        self.waking = self.called = self.overdue = False
        self.shares: dict[int, deque[Job[T]]] = {}
        """What each officer took at a session and has not begun."""

    def take(self) -> "tuple[int, Job[T]] | None":
        """Take an idle officer and the job that is his: from his share of the tray or, without sessions, the queue."""
        if not self.idle:
            return None
        if not self.sessions_us:
            queue = self.urgent or self.queue
            return (self.idle.popleft(), queue.popleft()) if queue else None
        for officer in self.idle:
            if share := self.shares.get(officer):
                self.idle.remove(officer)
                return officer, share.popleft()
        return None

    def has_work(self) -> bool:
        """Return whether anybody who is idle could begin something, were the office open."""
        if not self.idle:
            return False
        return any(self.shares.values()) if self.sessions_us else bool(self.urgent or self.queue)


_QUEUED, _ENDED, _WAKE, _SESSION = range(4)


class Engine(Generic[T]):
    """One run of courses through pools; `run` can be called once."""

    def __init__(self, pools: Iterable[Pool]) -> None:
        self._desks: list[_Desk[T]] = [_Desk(pool) for pool in pools]
        officers = [officer for desk in self._desks for officer in desk.idle]
        if len(set(officers)) < len(officers):
            raise SimulationError("an officer is in two pools, or twice in one; give each officer one place")
        self._agenda: list[tuple[int, int, int, Job[T] | _Desk[T]]] = []
        self._order = 0
        self._started: list[Job[T]] = []

    def run(self, courses: Iterable[Course[T]]) -> Iterator[tuple[bool, Job[T]]]:
        """Yield (False, job) when a job starts and (True, job) when it ends, in order of time, until all is done.

        The courses must come in order of arrival; they are taken from the iterable when their time has come. A job
        without officer is only yielded when it ends. Raises SimulationError for an arrival out of order, and where
        office hours end before all is done.
        """
        agenda, started = self._agenda, self._started
        arrivals = iter(courses)
        course = next(arrivals, None)
        while agenda or course is not None:
            if course is not None and (not agenda or course.arrival_us <= agenda[0][0]):
                self._advance(course, course.arrival_us)
                course = self._following(arrivals, course.arrival_us)
            else:
                now, _, kind, item = heappop(agenda)
                if isinstance(item, _Desk):
                    self._call(item, now, kind)
                elif kind == _ENDED:
                    yield True, item
                    self._end(item, now)
                else:
                    self._queue(item, now)
            if started:
                for job in started:
                    yield False, job
                started.clear()

    def _following(self, arrivals: Iterator[Course[T]], last_us: int) -> Course[T] | None:
        course = next(arrivals, None)
        if course is not None and course.arrival_us < last_us:
            raise SimulationError(
                f"a course that arrives at {course.arrival_us} comes after one that arrives at {last_us}; sort them"
            )
        return course

    def _at(self, instant: int, kind: int, item: "Job[T] | _Desk[T]") -> None:
        # The order of entry decides between equal instants, so that nothing depends on how items compare.
        self._order += 1
        heappush(self._agenda, (instant, self._order, kind, item))

    def _advance(self, course: Course[T], now: int) -> None:
        """Let a course enter its next stage, if there is one."""
        course.stage += 1
        if course.stage >= len(course.stages):
            return
        tasks = course.stages[course.stage]
        course.pending = len(tasks)
        for task in tasks:
            job = Job(course, course.stage, task, now)
            if task.pool == NOBODY:
                job.start_us = job.end_us = job.queued_us
                self._at(job.end_us, _ENDED, job)
            elif job.queued_us > now:
                self._at(job.queued_us, _QUEUED, job)
            else:
                self._queue(job, now)

    def _queue(self, job: Job[T], now: int) -> None:
        desk = self._desks[job.task.pool]
        (desk.urgent if job.task.urgent else desk.queue).append(job)
        if desk.sessions_us:
            self._summon(desk, now)
        elif desk.idle:
            self._wake(desk, now)

    def _end(self, job: Job[T], now: int) -> None:
        if job.officer != NOBODY:
            desk = self._desks[job.task.pool]
            desk.idle.append(job.officer)
            if desk.overdue and not desk.shares.get(job.officer):
                self._share_out(desk, now)
            self._wake(desk, now)
        course = job.course
        course.pending -= 1
        if not course.pending:
            self._advance(course, now)

    def _wake(self, desk: _Desk[T], now: int) -> None:
        """Give the officers who are idle work, or have them woken when the office opens."""
        if not desk.has_work():
            return
        until = desk.hours.open_until(now)
        if not until:
            if not desk.waking:
                desk.waking = True
                self._at(desk.hours.next_open(now), _WAKE, desk)
            return
        while taken := desk.take():
            officer, job = taken
            job.officer = officer
            job.start_us = now
            end = now + job.task.work_us
            job.end_us = end if end <= until else desk.hours.after(now, job.task.work_us)
            self._at(job.end_us, _ENDED, job)
            self._started.append(job)

    def _call(self, desk: _Desk[T], now: int, kind: int) -> None:
        if kind == _WAKE:
            desk.waking = False
        else:
            desk.called = False
            self._share_out(desk, now)
        self._wake(desk, now)

    def _summon(self, desk: _Desk[T], now: int) -> None:
        """See to it that the tray is emptied at the next session."""
        if desk.called or desk.overdue:
            return
        place = bisect_left(desk.sessions_us, now)
        if place == len(desk.sessions_us):
            raise SimulationError("the sessions of a pool end before all is done; give those of more years")
        desk.called = True
        self._at(desk.sessions_us[place], _SESSION, desk)

    def _share_out(self, desk: _Desk[T], now: int) -> None:
        """Divide the tray among the officers who are free; if nobody is, the first who becomes free does it."""
        free = [officer for officer in desk.idle if not desk.shares.get(officer)]
        desk.overdue = not free
        if not free:
            return
        tray = [*desk.urgent, *desk.queue]
        desk.urgent.clear()
        desk.queue.clear()
        for place, officer in enumerate(free):
            share = tray[place :: len(free)]
            if len(share) > 1:
                last_us = max(job.queued_us for job in share)
                for job in share:
                    job.batch_us = last_us
            desk.shares[officer] = deque(share)
