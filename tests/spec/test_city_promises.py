"""The dates that a simulated city promises are those that mining computes from the same limit."""

from datetime import date

import hypothesis.strategies as st
import numpy as np
from hypothesis import example, given, settings

from little_city import OFFSET_US, WEEK
from mining.clocks.due_rules import DueRules
from mining.clocks.terms import Limits, Stops, Terms
from mining.working_time.calendar import Calendar, Slot
from mining.working_time.worktime import WorkingTime
from simulation.city import Limit, LimitUnit
from simulation.hours import DAY_US, Hours
from simulation.layout import day_number
from simulation.promise import SECOND_US, Promises

SLOTS = tuple(Slot.read(opens, closes) for opens, closes in WEEK)
SATURDAY = (SLOTS[0],)
WORKING = WorkingTime.of(
    Calendar(code="test", week=(*(SLOTS,) * 5, SATURDAY, ())), first_day=date(2024, 1, 1), end_day=date(2027, 1, 1)
)
PROMISES = Promises(Hours(WORKING.openings.opens_us[:-1], WORKING.openings.closes_us[:-1]), OFFSET_US)
TERMS = Terms(WORKING, DueRules())
FIRST_US = day_number(date(2024, 1, 2)) * DAY_US - OFFSET_US

instants = st.integers(0, 2 * 365 * 86_400).map(lambda second: FIRST_US + second * SECOND_US)
waits = st.integers(1, 20 * 86_400).map(lambda second: second * SECOND_US)
amounts = st.sampled_from([0.5, 1.0, 1.5, 2.0, 5.0, 12.0, 20.0])
units = st.sampled_from(["hours", "working_days", "calendar_days"])


@settings(deadline=None)
@given(instants, amounts, units)
@example(day_number(date(2024, 3, 9)) * DAY_US - OFFSET_US + 9 * 3600 * SECOND_US, 1.0, "working_days")
def test_a_limit_ends_where_mining_says(at: int, amount: float, unit: LimitUnit) -> None:
    ((computed,),) = [TERMS.due_us(np.array([at]), Limits(np.array([amount]), np.array([unit])), no_stops())]
    assert PROMISES.due(at, Limit(amount, unit)) == computed // SECOND_US * SECOND_US


@settings(deadline=None)
@given(instants, amounts, st.sampled_from(["hours", "working_days"]), waits, waits)
def test_a_stop_moves_it_as_mining_says(at: int, amount: float, unit: LimitUnit, after: int, lasted: int) -> None:
    begun, ended = at + after, at + after + lasted
    stop = Stops(np.array([0]), np.array([begun]), np.array([ended]), np.array([False], np.bool_))
    computed = TERMS.due_us(np.array([at]), Limits(np.array([amount]), np.array([unit])), stop)[0]
    limit = Limit(amount, unit)
    assert PROMISES.moved(PROMISES.due(at, limit), begun, ended, limit) == computed


@settings(deadline=None)
@given(instants, amounts, waits, waits)
def test_a_stop_moves_a_limit_in_calendar_days_to_the_end_of_a_working_day(
    at: int, amount: float, after: int, lasted: int
) -> None:
    limit = Limit(amount, "calendar_days")
    due = PROMISES.due(at, limit)
    moved = PROMISES.moved(due, at + after, at + after + lasted, limit)
    if at + after >= due:
        assert moved == due
    else:
        assert moved >= due + lasted
        assert (moved + OFFSET_US + SECOND_US) % DAY_US == 0
        assert WORKING.worked_us(np.array([moved - DAY_US + 1]))[0] < WORKING.worked_us(np.array([moved]))[0]


def no_stops() -> Stops:
    return Stops(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
