"""The true causes of waits beside a walk over every tick: they add up, and are the same."""

from collections import Counter
from collections.abc import Sequence

import hypothesis.strategies as st
from hypothesis import given, settings

from simulation import waiting
from simulation.engine import NOBODY, Course, Engine, Job, Pool, Task
from simulation.hours import Hours
from simulation.waiting import CAUSES, Split, Waiting

DAY = 100
OFFICE = Hours([day * DAY for day in range(300)], [day * DAY + 40 for day in range(300)])
POOLS = [Pool((0, 1), OFFICE), Pool((2,), OFFICE, [day * DAY + 30 for day in range(300)])]

Told = list[tuple[Job[int], Split, Split]]


@st.composite
def drawn_courses(draw: st.DrawFn) -> list[Course[int]]:
    count = draw(st.integers(2, 14))
    arrivals = sorted(draw(st.lists(st.integers(0, 200), min_size=count, max_size=count)))
    task = st.builds(
        Task,
        st.sampled_from([0, 0, 1]),
        st.integers(0, 50),
        st.sampled_from([0, 0, 20]),
        st.sampled_from([0, 0, 70]),
        st.booleans(),
    )
    stages = st.lists(st.lists(task, min_size=1, max_size=2), min_size=1, max_size=4)
    return [Course(at, draw(stages), number) for number, at in enumerate(arrivals)]


def told(courses: Sequence[Course[int]]) -> Told:
    """Every job with its wait by cause, elapsed and working."""
    truth = Waiting([pool.hours for pool in POOLS])
    found = []
    for ended, job in Engine[int](POOLS).run(truth.watch(courses)):
        if ended:
            truth.ended(job)
        else:
            found.append((job, *truth.started(job)))
    return found


def ready(job: Job[int]) -> int:
    return job.enabled_us + job.task.citizen_us


def naive(job: Job[int], jobs: Sequence[Job[int]]) -> tuple[dict[str, int], dict[str, int]]:
    """The wait of a job, tick by tick."""
    elapsed, working = Counter(dict.fromkeys(CAUSES, 0)), Counter(dict.fromkeys(CAUSES, 0))
    for tick in range(job.enabled_us, job.start_us):
        busy = [one for one in jobs if one.officer == job.officer and one.start_us <= tick < one.end_us]
        if tick < job.enabled_us + job.task.citizen_us:
            cause = "citizen"
        elif tick < job.batch_us:
            cause = "batching"
        elif any(ready(one) <= ready(job) for one in busy):
            cause = "contention"
        elif busy:
            cause = "prioritization"
        else:
            cause = "extraneous" if OFFICE.is_open(tick) else "unavailability"
        elapsed[cause] += 1
        working[cause] += OFFICE.is_open(tick)
    return dict(elapsed), dict(working)


@settings(deadline=None)
@given(drawn_courses())
def test_the_causes_are_those_of_every_tick(courses: list[Course[int]]) -> None:
    found = told(courses)
    jobs = [job for job, _, _ in found]
    for job, elapsed, working in found:
        assert (elapsed._asdict(), working._asdict()) == naive(job, jobs)


@settings(deadline=None)
@given(drawn_courses())
def test_the_parts_add_up_to_the_wait(courses: list[Course[int]]) -> None:
    for job, elapsed, working in told(courses):
        assert sum(elapsed) == job.start_us - job.enabled_us
        assert sum(working) == OFFICE.worked(job.start_us) - OFFICE.worked(job.enabled_us)
        assert min(elapsed) >= 0 <= min(working)


def test_members_of_a_batch_wait_for_its_last_one() -> None:
    courses = [Course(at, [[Task(1, 5)]], number) for number, at in enumerate((0, 20))]
    (_, first, _), (_, second, _) = told(courses)
    assert (first.batching, first.extraneous) == (20, 10)
    assert (second.batching, second.contention, second.extraneous) == (0, 5, 10)


def test_what_officers_did_is_forgotten_when_nobody_waits_since() -> None:
    count = 5 * waiting._MOST_KEPT
    truth = Waiting([POOLS[0].hours])
    office = [Pool((0,), OFFICE)]
    courses = (Course(number * 10, [[Task(0, 2)]], number) for number in range(count))
    most = 0
    for ended, job in Engine[int](office).run(truth.watch(courses)):
        truth.ended(job) if ended else truth.started(job)
        most = max(most, len(truth._past[0].end_us))
    assert most <= waiting._MOST_KEPT + 1


def test_a_job_without_officer_waits_for_the_citizen() -> None:
    course = Course(0, [[Task(NOBODY, 0, 30, 50)]], 0)
    ((_, job),) = Engine[int](POOLS).run([course])
    elapsed, working = Waiting([]).alone(job, OFFICE)
    assert elapsed == Split(50, 0, 0, 0, 30, 0)
    assert working == Split(40, 0, 0, 0, 0, 0)
