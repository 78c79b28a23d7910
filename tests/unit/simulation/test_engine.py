"""The queueing engine: the laws of queues, the order of service, and what officers may not do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from simulation import SimulationError
from simulation.engine import NOBODY, Course, Engine, Job, Pool, Task
from simulation.hours import Hours

ALWAYS = Hours.always(10**15)
DAY = 1_000
OFFICE = Hours([day * DAY for day in range(400)], [day * DAY + 400 for day in range(400)])
"""Days of 1,000 ticks, of which the first 400 are office hours."""


def run(pools: Sequence[Pool], courses: Sequence[Course[str]]) -> list[Job[str]]:
    """Return the jobs in order of their ends, having checked that the engine tells them in order of time."""
    jobs, instants = [], []
    for ended, job in Engine[str](pools).run(courses):
        instants.append(job.end_us if ended else job.start_us)
        if ended:
            jobs.append(job)
    assert instants == sorted(instants)
    return jobs


def poisson(count: int, rate: float, service: float, *, seed: int) -> Iterator[Course[str]]:
    """Courses of one task each; times in units of 1,000,000 ticks."""
    dice = np.random.default_rng(seed)
    arrivals = np.cumsum(dice.exponential(1e6 / rate, count)).astype(int).tolist()
    works = dice.exponential(1e6 / service, count).astype(int).tolist()
    return (Course(at, [[Task(0, work)]], "") for at, work in zip(arrivals, works, strict=True))


def erlang_wait(servers: int, rate: float, service: float) -> float:
    """The mean wait of M/M/c (Erlang C)."""
    load = rate / service
    terms = [load**n / np.prod(range(1, n + 1)) for n in range(servers + 1)]
    last = terms[-1] * servers / (servers - load)
    return float(last / (sum(terms[:-1]) + last) / (servers * service - rate))


@pytest.mark.parametrize(("servers", "rate"), [(1, 0.5), (1, 0.8), (3, 2.4)])
def test_the_mean_wait_is_that_of_queueing_theory(servers: int, rate: float) -> None:
    jobs = run([Pool(tuple(range(servers)), ALWAYS)], list(poisson(60_000, rate, 1.0, seed=5)))
    mean = np.mean([job.start_us - job.enabled_us for job in jobs]) / 1e6
    assert mean == pytest.approx(erlang_wait(servers, rate, 1.0), rel=0.08)


def test_little_s_law_holds() -> None:
    jobs = run([Pool((0,), ALWAYS)], list(poisson(20_000, 0.7, 1.0, seed=6)))
    horizon = max(job.end_us for job in jobs)
    changes = sorted([(job.enabled_us, 1) for job in jobs] + [(job.end_us, -1) for job in jobs])
    inside, area, last = 0, 0, 0
    for at, change in changes:
        area += inside * (at - last)
        inside, last = inside + change, at
    sojourn = sum(job.end_us - job.enabled_us for job in jobs)
    assert area / horizon == pytest.approx(len(jobs) / horizon * sojourn / len(jobs))


@st.composite
def drawn_courses(draw: st.DrawFn) -> list[Course[str]]:
    """Courses through two pools and nobody's tasks, sequential and in parallel."""
    count = draw(st.integers(1, 12))
    arrivals = sorted(draw(st.lists(st.integers(0, 3000), min_size=count, max_size=count)))
    task = st.builds(
        lambda pool, work, hold, citizen, urgent: Task(pool, work if pool != NOBODY else 0, hold, citizen, urgent),
        st.sampled_from([0, 0, 1, NOBODY]),
        st.integers(0, 600),
        st.sampled_from([0, 0, 50, 700]),
        st.sampled_from([0, 0, 900]),
        st.booleans(),
    )
    stages = st.lists(st.lists(task, min_size=1, max_size=3), min_size=1, max_size=4)
    return [Course(at, draw(stages), str(number)) for number, at in enumerate(arrivals)]


SESSIONS = [day * DAY + at for day in range(400) for at in (100, 390)]
POOLS = [Pool((0, 1), OFFICE), Pool((2,), OFFICE, SESSIONS)]


def by_officer(jobs: Sequence[Job[str]]) -> dict[int, list[Job[str]]]:
    grouped: dict[int, list[Job[str]]] = defaultdict(list)
    for job in sorted(jobs, key=lambda one: (one.start_us, one.end_us)):
        if job.officer != NOBODY:
            grouped[job.officer].append(job)
    return grouped


@settings(deadline=None)
@given(drawn_courses())
def test_every_task_is_done_once_by_an_officer_of_its_pool_in_office_hours(courses: list[Course[str]]) -> None:
    jobs = run(POOLS, courses)
    assert len(jobs) == sum(len(stage) for course in courses for stage in course.stages)
    for job in jobs:
        assert job.enabled_us <= job.queued_us <= job.start_us <= job.end_us
        assert job.queued_us == job.enabled_us + job.task.citizen_us + job.task.hold_us
        if job.officer == NOBODY:
            assert job.task.pool == NOBODY
            continue
        assert job.officer in POOLS[job.task.pool].officers
        assert OFFICE.is_open(job.start_us)
        assert OFFICE.worked(job.end_us) - OFFICE.worked(job.start_us) == job.task.work_us


@settings(deadline=None)
@given(drawn_courses())
def test_an_officer_does_one_thing_at_a_time(courses: list[Course[str]]) -> None:
    for own in by_officer(run(POOLS, courses)).values():
        assert all(earlier.end_us <= later.start_us for earlier, later in pairwise(own))


@settings(deadline=None)
@given(drawn_courses())
def test_stages_follow_each_other_and_their_tasks_are_done_in_parallel(courses: list[Course[str]]) -> None:
    jobs = run(POOLS, courses)
    for course in courses:
        enabled = course.arrival_us
        for number in range(len(course.stages)):
            own = [job for job in jobs if job.course is course and job.stage == number]
            assert {job.enabled_us for job in own} == {enabled}
            enabled = max(job.end_us for job in own)


@settings(deadline=None)
@given(drawn_courses())
def test_nobody_is_idle_in_office_hours_while_the_queue_is_not_empty(courses: list[Course[str]]) -> None:
    jobs = [job for job in run(POOLS, courses) if job.task.pool == 0]
    busy = by_officer(jobs)
    for job in jobs:
        waited = [at for at in range(job.queued_us, job.start_us) if OFFICE.is_open(at)]
        for officer in POOLS[0].officers:
            others = [(one.start_us, one.end_us) for one in busy[officer]]
            assert all(any(start <= at < end for start, end in others) for at in waited)


@settings(deadline=None)
@given(drawn_courses())
def test_first_in_first_out_and_urgent_tasks_before_the_others(courses: list[Course[str]]) -> None:
    jobs = [job for job in run(POOLS, courses) if job.task.pool == 0]
    for one in jobs:
        for other in jobs:
            if one.start_us > other.queued_us and other.start_us > one.queued_us:  # both were in the queue at a time
                first = (not one.task.urgent, one.queued_us) < (not other.task.urgent, other.queued_us)
                assert not first or one.start_us <= other.start_us


def test_work_rests_while_the_office_is_closed() -> None:
    (job,) = run([Pool((0,), OFFICE)], [Course(350, [[Task(0, 100)]], "")])
    assert (job.start_us, job.end_us) == (350, DAY + 50)


def test_an_urgent_task_that_comes_at_night_is_first_in_the_morning() -> None:
    courses = [Course(500, [[Task(0, 10)]], "plain"), Course(600, [[Task(0, 10, urgent=True)]], "urgent")]
    assert [job.course.about for job in run([Pool((0,), OFFICE)], courses)] == ["urgent", "plain"]


def test_the_tray_is_emptied_in_sessions() -> None:
    courses = [Course(at, [[Task(0, 20)]], str(at)) for at in (10, 60, 110)]
    first, second, third = run([Pool((0,), OFFICE, [100, 390, DAY + 100])], courses)
    assert [(job.start_us, job.end_us, job.batch_us) for job in (first, second)] == [(100, 120, 60), (120, 140, 60)]
    assert (third.start_us, third.end_us, third.batch_us) == (390, DAY + 10, 0)


def test_officers_who_are_free_divide_the_tray() -> None:
    courses = [Course(at, [[Task(0, 20)]], str(at)) for at in (10, 20, 30)]
    jobs = run([Pool((0, 1), OFFICE, [100])], courses)
    assert [(job.officer, job.start_us) for job in sorted(jobs, key=lambda one: one.course.about)] == [
        (0, 100),
        (1, 100),
        (0, 120),
    ]


def test_a_session_that_nobody_had_time_for_takes_place_as_soon_as_somebody_has() -> None:
    courses = [Course(at, [[Task(0, 150)]], str(at)) for at in (10, 110)]
    jobs = run([Pool((0,), OFFICE, [100, 200])], courses)
    assert [(job.start_us, job.end_us) for job in jobs] == [(100, 250), (250, 400)]


def test_courses_are_taken_only_when_their_time_has_come() -> None:
    taken = []

    def courses() -> Iterator[Course[str]]:
        for number in range(100):
            taken.append(number)
            yield Course(number * 100, [[Task(0, 10)]], "")

    moves = Engine[str]([Pool((0,), ALWAYS)]).run(courses())
    for _ in range(20):
        next(moves)
    assert len(taken) <= 12


@pytest.mark.parametrize(
    ("pools", "courses", "said"),
    [
        ([Pool((0,), ALWAYS), Pool((0,), ALWAYS)], [], "two pools"),
        ([Pool((0,), ALWAYS)], [Course(5, [], ""), Course(4, [], "")], "sort them"),
        ([Pool((0,), Hours([0], [10]))], [Course(5, [[Task(0, 20)]], "")], "more years"),
        ([Pool((0,), ALWAYS, [3])], [Course(5, [[Task(0, 20)]], "")], "sessions"),
    ],
)
def test_what_cannot_be_run_is_refused(pools: list[Pool], courses: list[Course[str]], said: str) -> None:
    with pytest.raises(SimulationError, match=said):
        run(pools, courses)
