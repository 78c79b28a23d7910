"""From what is drawn to the stages of a dossier: each fate by itself, made certain."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from little_city import little_city, week_hours
from simulation.city import City, Process, Step
from simulation.courses import Courses
from simulation.dossier import (
    ANSWER,
    ASKS_PAPERS,
    ASKS_PAYMENT,
    NOT_ACCEPTED,
    PAY,
    REFUSED,
    RESUME,
    SENT_BACK,
    SUBMIT,
    SUSPENDS,
    WITHDRAW,
    Dossier,
)
from simulation.engine import NOBODY, Course
from simulation.layout import Clock
from simulation.plans import Planner
from simulation.ways import Labels

HOURS = [week_hours()]
PLAIN = {"not_accepted": 0.0, "supplement": 0.0, "payment": 0.0, "suspended": 0.0, "withdrawn": 0.0}
SURE = {"sends_back": 0.0, "refuses": 0.0, "skips": 0.0}


def drawn(
    change: Callable[[Step], dict[str, Any]] = lambda _: {}, **shares: float
) -> tuple[City, list[Course[Dossier]]]:
    """The courses of a city in which nothing is left to chance but what the changes say."""
    city = little_city(60)

    def steps(process: Process) -> tuple[Step, ...]:
        return tuple(replace(one, **{**SURE, **change(one)}) for one in process.steps)

    city = replace(
        city,
        processes=tuple(replace(one, steps=steps(one)) for one in city.processes),
        procedures=tuple(replace(one, **{**PLAIN, **shares}) for one in city.procedures),
    )
    clock, labels = Clock.of(city), Labels(city.processes)
    return city, list(Courses(city, clock, Planner(city, clock, HOURS), labels))


def story(course: Course[Dossier]) -> list[str]:
    """The stages in words: numbers of steps, what the citizen did, and in brackets what followed."""
    names = {SUBMIT: "submit", ANSWER: "answer", PAY: "pay", RESUME: "resume", WITHDRAW: "withdraw"}
    after = {NOT_ACCEPTED: "refused", ASKS_PAPERS: "papers", ASKS_PAYMENT: "fee", SUSPENDS: "stop", SENT_BACK: "back"}
    after[REFUSED] = "no"
    told = []
    for number, stage in enumerate(course.stages):
        words = "+".join(names.get(task.tag, f"B{task.tag + 1}") for task in stage)
        what = course.about.follows.get(number)
        told.append(f"{words} ({after[what]})" if what else words)
    return told


WAY = ["submit", *(f"B{number}" for number in range(1, 10))]


def test_a_plain_dossier_goes_through_all_steps() -> None:
    _, courses = drawn()
    assert len(courses) == 60
    for course in courses:
        assert story(course) == WAY
        assert course.about.finish_stage == 8
        assert course.stages[9][0].citizen_us > 0 or course.stages[9][0].pool == NOBODY


@pytest.mark.parametrize(
    ("shares", "stages"),
    [
        ({"not_accepted": 1.0}, ["submit", "B1 (refused)"]),
        (
            {"supplement": 1.0},
            [*WAY[:3], "B3 (papers)", "answer", "B3 (papers)", "answer", "B3", *WAY[4:]],
        ),
        ({"payment": 1.0}, [*WAY[:3], "B3 (fee)", "pay", *WAY[4:]]),
        ({"payment": 1.0, "suspended": 1.0}, [*WAY[:3], "B3 (fee)", "pay (stop)", "resume", *WAY[4:]]),
        (
            {"supplement": 1.0, "withdrawn": 1.0},
            [*WAY[:3], "B3 (papers)", "answer", "B3 (papers)", "withdraw"],
        ),
    ],
)
def test_what_stops_or_ends_a_dossier(shares: dict[str, float], stages: list[str]) -> None:
    _, courses = drawn(**shares)
    assert {tuple(story(course)) for course in courses} == {tuple(stages)}


def test_a_dossier_is_withdrawn_anywhere_before_its_end() -> None:
    _, courses = drawn(withdrawn=1.0)
    for course in courses:
        told = story(course)
        assert told == [*WAY[: len(told) - 1], "withdraw"]
        assert len(WAY[:2]) < len(told) < len(WAY)
        assert course.about.finish_stage == -1


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        (lambda step: {"skips": 1.0 if step.kind == "stamp" else 0.0}, [*WAY[:7], *WAY[8:]]),
        (
            lambda step: {"sends_back": 1.0 if step.kind == "review" else 0.0},
            [*WAY[:5], "B5 (back)", "B4", "B5", *WAY[6:]],
        ),
        (lambda step: {"refuses": 1.0 if step.kind == "sign" else 0.0}, [*WAY[:6], "B6 (no)", *WAY[7:]]),
        (lambda step: {"refuses": 1.0 if step.kind == "review" else 0.0}, [*WAY[:5], "B5 (no)", *WAY[7:]]),
        (lambda step: {"parallel_group": 1 if step.number in ("B4", "B5") else None}, [*WAY[:4], "B4+B5", *WAY[6:]]),
    ],
)
def test_what_happens_at_a_step(change: Callable[[Step], dict[str, Any]], stages: list[str]) -> None:
    _, courses = drawn(change)
    assert {tuple(story(course)) for course in courses} == {tuple(stages)}


def test_a_step_comes_to_the_pool_of_its_role_or_of_the_agency() -> None:
    city, courses = drawn()
    for course in courses:
        for place, step in enumerate(city.processes[course.about.process].steps, 1):
            (task,) = course.stages[place]
            unit = city.units[course.about.unit if step.agency is None else step.agency]
            assert task.pool in (unit.pools[step.role], NOBODY)
            assert (task.hold_us > 0) == (step.hold_hours > 0)
            assert task.pool == NOBODY or task.work_us > 0


def test_codes_of_dossiers_are_unique_and_number_the_day() -> None:
    _, courses = drawn()
    codes = [course.about.code.decode() for course in courses]
    assert len(set(codes)) == len(codes)
    for code in codes:
        body, day, ordinal = code.split("-")
        assert re.fullmatch(r"00[01]\.00\.0\d\.H29", body)
        assert len(day) == 6
        assert int(ordinal) > 0


def test_after_a_stop_the_officer_closes_the_dossier_where_no_step_is_left() -> None:
    _, courses = drawn(lambda step: {"skips": 0.0 if step.kind in ("handle", "return") else 1.0}, payment=1.0)
    for course in courses:
        last = course.stages[course.about.finish_stage]
        assert all(task.tag not in (PAY, RESUME) for task in last)
        assert any(task.work_us > 0 or task.pool == NOBODY for task in last)
