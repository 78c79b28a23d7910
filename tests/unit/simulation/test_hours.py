"""Office hours beside a walk over every minute."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from simulation import SimulationError
from simulation.hours import Hours

MINUTES = 200


@st.composite
def drawn_hours(draw: st.DrawFn) -> list[tuple[int, int]]:
    bounds = sorted(draw(st.sets(st.integers(0, MINUTES), min_size=2, max_size=12)))
    return [(bounds[place], bounds[place + 1]) for place in range(0, len(bounds) - 1, 2)]


def is_open(openings: list[tuple[int, int]], minute: int) -> bool:
    return any(opens <= minute < closes for opens, closes in openings)


def hours_of(openings: list[tuple[int, int]]) -> Hours:
    return Hours([opens for opens, _ in openings], [closes for _, closes in openings])


@given(drawn_hours(), st.integers(0, MINUTES))
def test_working_time_counts_the_open_minutes_before_an_instant(openings: list[tuple[int, int]], at: int) -> None:
    hours = hours_of(openings)
    assert hours.worked(at) == sum(is_open(openings, minute) for minute in range(at))
    assert hours.is_open(at) == is_open(openings, at)


@given(drawn_hours(), st.integers(0, MINUTES), st.integers(0, 60))
def test_work_ends_when_so_many_open_minutes_have_passed(openings: list[tuple[int, int]], at: int, work: int) -> None:
    hours = hours_of(openings)
    end, left = at, work
    while left and end < MINUTES:
        left -= is_open(openings, end)
        end += 1
    if left:
        with pytest.raises(SimulationError, match="more years"):
            hours.after(at, work)
    else:
        assert hours.after(at, work) == end


@given(drawn_hours(), st.integers(0, MINUTES))
def test_the_next_opening_is_the_first_open_minute(openings: list[tuple[int, int]], at: int) -> None:
    hours = hours_of(openings)
    following = next((minute for minute in range(at, MINUTES) if is_open(openings, minute)), None)
    if following is None:
        with pytest.raises(SimulationError, match="more years"):
            hours.next_open(at)
    else:
        assert hours.next_open(at) == following


def test_working_time_is_turned_back_into_the_earliest_instant() -> None:
    hours = Hours([10, 30], [20, 40])
    assert [hours.at(worked) for worked in (1, 10, 11, 20)] == [11, 20, 31, 40]


@pytest.mark.parametrize(
    ("opens", "closes"), [([], []), ([10], [10]), ([10, 20], [20, 30]), ([10, 15], [20, 30]), ([30, 10], [40, 20])]
)
def test_hours_that_make_no_sense_are_refused(opens: list[int], closes: list[int]) -> None:
    with pytest.raises(SimulationError):
        Hours(opens, closes)
