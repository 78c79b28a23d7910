"""Due dates by rule: every case written out by hand, and random ones beside a naive computation day by day."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from mining.clocks.due_rules import DueError, DueRules
from mining.clocks.terms import Limits, Stops, Terms
from mining.working_time.calendar import Calendar
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EXTEND, RESTART = DueRules(policy="extend"), DueRules(policy="restart")
AFTER_15 = DueRules(cutoff=time(15, 0))
SAME_TIME = DueRules(calendar_days="time_of_day")

Stop = tuple[str, datetime, datetime]


@cache
def office() -> WorkingTime:
    """The default office hours: Monday to Friday 07:00-11:30 and 13:30-17:00."""
    return WorkingTime.of(public_sector(), first_day=date(2023, 1, 1), end_day=date(2027, 1, 1))


def at(text: str) -> datetime:
    """Read a time in Viet Nam; `24:00` is the last microsecond of that day."""
    if text.endswith(" 24:00"):
        return at(f"{text[:-6]} 00:00") + timedelta(days=1) - MICROSECOND
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def us(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def due(rules: DueRules, start: datetime, limit: str, *stops: Stop) -> datetime:
    """Compute one due date; `limit` is `5 working_days`, a stop is (supplement, payment or suspended, from, to)."""
    amount, unit = limit.split()
    stretches = Stops(
        np.zeros(len(stops), np.intp),
        np.array([us(stop[1]) for stop in stops], np.int64),
        np.array([us(stop[2]) for stop in stops], np.int64),
        np.array([stop[0] == "supplement" for stop in stops], np.bool_),
    )
    limits = Limits(np.array([float(amount)]), np.array([unit]))
    answer = Terms(office(), rules).due_us(np.array([us(start)]), limits, stretches)
    return (EPOCH + timedelta(microseconds=int(answer[0]))).astimezone(VIETNAM)


@pytest.mark.parametrize("rules", [EXTEND, RESTART], ids=["extend", "restart"])
@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-03 10:00", "5 working_days", "2025-03-10 10:00"),  # Monday 10:00 -> next Monday 10:00
        ("2025-03-07 16:30", "1 working_days", "2025-03-10 16:30"),  # Friday -> Monday
        ("2025-03-03 08:00", "0.5 working_days", "2025-03-03 14:00"),  # 4 h: 08:00-11:30, 13:30-14:00
        ("2025-03-03 10:00", "1.5 working_days", "2025-03-04 16:00"),  # Tuesday 10:00 and 4 h
        ("2025-03-08 09:00", "1 working_days", "2025-03-11 07:00"),  # Saturday intake counts from Monday 07:00
        ("2025-03-03 18:00", "1 working_days", "2025-03-05 07:00"),  # after hours: from Tuesday 07:00
        ("2025-03-03 06:00", "1 working_days", "2025-03-04 07:00"),  # before hours: from 07:00
        ("2025-03-03 12:00", "1 working_days", "2025-03-04 13:30"),  # at noon: from 13:30
        ("2025-03-03 10:00", "0 working_days", "2025-03-03 10:00"),  # at once
        ("2025-01-24 10:00", "1 working_days", "2025-02-03 10:00"),  # over Tet
        ("2024-04-26 10:00", "1 working_days", "2024-05-02 10:00"),  # Monday 29/4 swapped off, 30/4 and 1/5 holidays
        ("2024-05-03 10:00", "1 working_days", "2024-05-04 10:00"),  # the Saturday that is worked for it
        ("2025-03-03 10:00", "8 hours", "2025-03-04 10:00"),
        ("2025-03-03 10:00", "1.5 hours", "2025-03-03 11:30"),  # the close, not the next opening
        ("2025-03-03 10:00", "2 hours", "2025-03-03 14:00"),  # over noon
        ("2025-03-08 09:00", "1 hours", "2025-03-10 08:00"),  # Saturday intake
        ("2025-03-03 10:00", "3 calendar_days", "2025-03-06 24:00"),  # Monday is not counted: Tue, Wed, Thu
        ("2025-03-03 10:00", "5 calendar_days", "2025-03-10 24:00"),  # ends on Saturday -> Monday
        ("2025-03-03 10:00", "0 calendar_days", "2025-03-03 24:00"),
        ("2025-01-22 10:00", "5 calendar_days", "2025-02-03 24:00"),  # ends in Tet -> the Monday after
        ("2025-03-08 09:00", "1 calendar_days", "2025-03-10 24:00"),  # from Saturday: Sunday -> Monday
    ],
)
def test_without_a_stop(rules: DueRules, start: str, limit: str, expected: str) -> None:
    assert due(rules, at(start), limit) == at(expected)


@pytest.mark.parametrize("policy", ["extend", "restart"])
@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-03 15:00", "1 working_days", "2025-03-04 15:00"),  # at 15:00 sharp: as usual
        ("2025-03-03 15:01", "1 working_days", "2025-03-05 07:00"),  # counts from Tuesday 07:00
        ("2025-03-07 15:30", "1 working_days", "2025-03-11 07:00"),  # Friday: from Monday 07:00
        ("2025-03-03 15:30", "2 hours", "2025-03-04 09:00"),
        ("2025-03-03 15:30", "3 calendar_days", "2025-03-07 24:00"),  # Tuesday is the day that is not counted
        ("2025-03-08 16:00", "1 working_days", "2025-03-11 07:00"),  # Saturday: from Monday either way
    ],
)
def test_an_intake_after_15_counts_from_the_next_working_day(
    policy: str, start: str, limit: str, expected: str
) -> None:
    rules = DueRules(policy="restart" if policy == "restart" else "extend", cutoff=time(15, 0))
    assert due(rules, at(start), limit) == at(expected)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-03 10:00", "3 calendar_days", "2025-03-06 10:00"),
        ("2025-03-03 10:00", "5 calendar_days", "2025-03-10 10:00"),  # Saturday -> Monday, same time
        ("2025-03-03 20:00", "0.5 calendar_days", "2025-03-04 08:00"),
    ],
)
def test_calendar_days_may_keep_the_time_of_day(start: str, limit: str, expected: str) -> None:
    assert due(SAME_TIME, at(start), limit) == at(expected)


def stop(state: str, begins: str, ends: str) -> Stop:
    return state, at(begins), at(ends)


WAIT = stop("supplement", "2025-03-04 10:00", "2025-03-06 10:00")  # Tuesday to Thursday: 16 working hours
FEE = stop("payment", "2025-03-04 10:00", "2025-03-06 10:00")
HALT = stop("suspended", "2025-03-04 10:00", "2025-03-06 10:00")
SECOND = stop("supplement", "2025-03-07 10:00", "2025-03-10 10:00")  # Friday to Monday: 8 working hours
NIGHT = stop("supplement", "2025-03-04 18:00", "2025-03-05 06:00")
TOO_LATE = stop("supplement", "2025-03-20 10:00", "2025-03-25 10:00")


@pytest.mark.parametrize(
    ("limit", "stops", "extended", "restarted"),
    [
        ("5 working_days", [WAIT], "2025-03-12 10:00", "2025-03-13 10:00"),
        ("5 working_days", [FEE], "2025-03-12 10:00", "2025-03-12 10:00"),  # only papers make the limit run again
        ("5 working_days", [HALT], "2025-03-12 10:00", "2025-03-12 10:00"),
        ("5 working_days", [WAIT, SECOND], "2025-03-13 10:00", "2025-03-17 10:00"),
        ("5 working_days", [NIGHT], "2025-03-10 10:00", "2025-03-12 07:00"),  # no working time; complete before hours
        ("5 working_days", [TOO_LATE], "2025-03-10 10:00", "2025-03-10 10:00"),  # it was overdue already
        ("5 working_days", [WAIT, TOO_LATE], "2025-03-12 10:00", "2025-03-13 10:00"),
        ("0.5 working_days", [WAIT], "2025-03-03 16:00", "2025-03-03 16:00"),  # overdue before the wait
        ("16 hours", [WAIT], "2025-03-07 10:00", "2025-03-10 10:00"),
        ("3 calendar_days", [WAIT], "2025-03-10 24:00", "2025-03-10 24:00"),  # Sat 8/3 -> Mon; Sun 9/3 -> Mon
        ("2 calendar_days", [WAIT], "2025-03-07 24:00", "2025-03-10 24:00"),
        ("2 calendar_days", [NIGHT], "2025-03-06 24:00", "2025-03-07 24:00"),  # a part of a day moves it by a day
        ("3 calendar_days", [SECOND], "2025-03-06 24:00", "2025-03-06 24:00"),  # overdue before the wait
    ],
)
def test_stops_by_both_policies(limit: str, stops: Sequence[Stop], extended: str, restarted: str) -> None:
    start = at("2025-03-03 10:00")
    assert due(EXTEND, start, limit, *stops) == at(extended)
    assert due(RESTART, start, limit, *stops) == at(restarted)


def test_a_supplement_completed_after_the_cutoff_counts_from_the_next_working_day() -> None:
    late = stop("supplement", "2025-03-04 10:00", "2025-03-06 16:00")
    rules = DueRules(policy="restart", cutoff=time(15, 0))
    assert due(rules, at("2025-03-03 10:00"), "2 working_days", late) == at("2025-03-11 07:00")


def test_a_working_day_with_shorter_hours_ends_the_term_at_its_close() -> None:
    saturday = Calendar(code="saturdays", week=(*public_sector().week[:5], (public_sector().week[0][0],), ()))
    terms = Terms(WorkingTime.of(saturday, first_day=date(2025, 1, 1), end_day=date(2026, 1, 1)), EXTEND)
    none = Stops(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
    friday = np.array([us(at("2025-03-07 16:00")), us(at("2025-03-07 07:00"))])
    limits = Limits(np.array([1.0, 1.0]), np.array(["working_days"] * 2))
    assert terms.due_us(friday, limits, none).tolist() == [us(at("2025-03-08 11:30")), us(at("2025-03-08 07:00"))]


@pytest.mark.parametrize(
    ("amount", "unit", "message"),
    [
        (-1.0, "hours", "limit of -1 cannot be counted"),
        (math.nan, "hours", "limit of nan"),
        (1.0, "weeks", "'weeks' of a limit"),
    ],
)
def test_a_limit_that_is_none_is_refused(amount: float, unit: str, message: str) -> None:
    with pytest.raises(DueError, match=message):
        Limits(np.array([amount]), np.array([unit]))


def test_a_term_past_the_calendar_is_refused() -> None:
    for limit in ("5000 working_days", "5000 calendar_days"):
        with pytest.raises(DueError, match="outside what calendar public-sector covers"):
            due(EXTEND, at("2025-03-03 10:00"), limit)


def test_rules_that_are_not_known_are_refused() -> None:
    with pytest.raises(DueError, match="write extend or restart"):
        DueRules(policy="pause")  # type: ignore[arg-type]
    with pytest.raises(DueError, match="write civil_code or time_of_day"):
        DueRules(calendar_days="any")  # type: ignore[arg-type]


@cache
def _days() -> tuple[np.datetime64, ...]:
    return tuple(office().working_days())


@cache
def working_days() -> frozenset[date]:
    return frozenset(day.item() for day in _days())


def opening(moment: datetime) -> datetime:
    """Walk from slot to slot until the office is open."""
    day = moment.astimezone(VIETNAM).date()
    while True:
        midnight = datetime.combine(day, time(), VIETNAM)
        for opens, closes in ((7, 11.5), (13.5, 17)):
            if day in working_days() and moment < midnight + timedelta(hours=closes):
                return max(moment, midnight + timedelta(hours=opens))
        day += timedelta(days=1)


def naive_end(rules: DueRules, start: datetime, amount: int, unit: str) -> datetime:
    """Walk from day to day."""
    local = start.astimezone(VIETNAM)
    day = local.date()
    if rules.cutoff and local.time() > rules.cutoff:
        day += timedelta(days=1)
        while day not in working_days():
            day += timedelta(days=1)
        local = opening(datetime.combine(day, time(), VIETNAM))
    if unit == "calendar_days":
        day += timedelta(days=amount)
        return datetime.combine(day + timedelta(days=1), time(), VIETNAM) - MICROSECOND
    local = opening(local).astimezone(VIETNAM)
    if unit == "hours":
        return office().add(local, timedelta(hours=amount))
    day = local.date()
    while amount:
        day += timedelta(days=1)
        amount -= day in working_days()
    return datetime.combine(day, local.time(), VIETNAM)


def naive_due(rules: DueRules, start: datetime, amount: int, unit: str, stops: Sequence[Stop]) -> datetime:
    """Take the stops one by one."""

    def rolled(moment: datetime) -> datetime:
        while unit == "calendar_days" and moment.astimezone(VIETNAM).date() not in working_days():
            moment = (
                datetime.combine(moment.astimezone(VIETNAM).date() + timedelta(days=2), time(), VIETNAM) - MICROSECOND
            )
        if unit != "calendar_days":
            return moment
        return datetime.combine(moment.astimezone(VIETNAM).date() + timedelta(days=1), time(), VIETNAM) - MICROSECOND

    end = naive_end(rules, start, amount, unit)
    for state, begins, ends in stops:
        if begins >= rolled(end):
            continue
        if state == "supplement" and rules.policy == "restart":
            end = naive_end(rules, ends, amount, unit)
        elif unit == "calendar_days":
            end = end + (ends - begins)
        else:
            end = office().add(end, office().between(begins, ends))
    return rolled(end)


minutes = st.integers(0, 60 * 24 * 60)


@st.composite
def dossiers(draw: st.DrawFn) -> tuple[datetime, int, str, list[Stop]]:
    """An intake of 2024 or 2025, a limit, and up to three stops one after the other."""
    start = at("2024-01-02 00:00") + timedelta(minutes=draw(st.integers(0, 600 * 24 * 60)))
    edges = sorted(draw(st.lists(minutes, min_size=0, max_size=6)))
    states = st.sampled_from(["supplement", "payment", "suspended"])
    stops = [
        (draw(states), start + timedelta(minutes=begins), start + timedelta(minutes=ends))
        for begins, ends in zip(edges[::2], edges[1::2], strict=False)
    ]
    unit = draw(st.sampled_from(["hours", "working_days", "calendar_days"]))
    return start, draw(st.integers(1, 30)), unit, stops


@settings(max_examples=150, deadline=None)
@given(
    st.lists(dossiers(), min_size=1, max_size=6),
    st.sampled_from([EXTEND, RESTART, AFTER_15, DueRules(policy="restart", cutoff=time(15, 0))]),
)
def test_many_at_a_time_are_what_each_is_day_by_day(
    drawn: list[tuple[datetime, int, str, list[Stop]]], rules: DueRules
) -> None:
    flat = [(row, one) for row, dossier in enumerate(drawn) for one in dossier[3]]
    stops = Stops(
        np.array([row for row, _ in flat], np.intp),
        np.array([us(one[1]) for _, one in flat], np.int64),
        np.array([us(one[2]) for _, one in flat], np.int64),
        np.array([one[0] == "supplement" for _, one in flat], np.bool_),
    )
    limits = Limits(np.array([float(one[1]) for one in drawn]), np.array([one[2] for one in drawn]))
    found = Terms(office(), rules).due_us(np.array([us(one[0]) for one in drawn]), limits, stops)
    assert found.tolist() == [us(naive_due(rules, *one)) for one in drawn]
