"""Calendars: what they say of a day, their version, and what is wrong with a bad one."""

from dataclasses import replace
from datetime import date, time, timedelta
from importlib.metadata import version

import holidays
import pytest

from mining import MiningError
from mining.working_time.calendar import Calendar, CalendarError, Closure, Hours, Override, Slot
from mining.working_time.calendar_file import public_sector, shipped_overrides
from mining.working_time.public_days import public_days

MORNING, AFTERNOON = Slot.read("07:00", "11:30"), Slot.read("13:30", "17:00")
SATURDAY = Slot.read("07:30", "11:30")
FRIDAY = Slot.read("08:00", "11:00")


def office(*overrides: Override, closures: tuple[Closure, ...] = ()) -> Calendar:
    """Four full days, a short Friday and Saturday mornings."""
    full = (MORNING, AFTERNOON)
    week: tuple[Hours, ...] = (full, full, full, full, (FRIDAY,), (SATURDAY,), ())
    return Calendar(code="office", week=week, overrides=overrides, closures=closures)


def test_the_default_week() -> None:
    assert public_sector().week == ((MORNING, AFTERNOON),) * 5 + ((), ())


@pytest.mark.parametrize("year", [2019, 2023, 2024, 2025, 2026, 2027])
def test_working_days_are_those_of_the_library_without_overrides(year: int) -> None:
    library = holidays.country_holidays("VN", years=range(year - 1, year + 2))
    calendar = replace(public_sector(), overrides=())
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [day for day in days if calendar.is_working_day(day)] == [day for day in days if library.is_working_day(day)]


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 250), (2026, 249)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    assert sum(public_sector().is_working_day(day) for day in days if day.year == year) == count


def test_every_swap_of_the_library_says_which_day_is_made_up_for() -> None:
    worked = public_days("VN").worked
    assert worked[date(2024, 5, 4)] == date(2024, 4, 29)
    assert worked[date(2014, 12, 27)] == date(2015, 1, 2)  # across the years
    assert None not in worked.values()
    assert len(worked) >= 13


def test_a_swapped_saturday_has_the_hours_of_the_day_that_it_makes_up_for() -> None:
    calendar = office()
    assert calendar.hours_on(date(2024, 5, 4)) == (MORNING, AFTERNOON)  # for Monday 29/4/2024
    assert calendar.hours_on(date(2025, 4, 26)) == (FRIDAY,)  # for Friday 2/5/2025
    assert calendar.hours_on(date(2025, 4, 19)) == (SATURDAY,)


@pytest.mark.parametrize(
    ("override", "hours"),
    [
        ({"working": False}, ()),
        ({"working": True}, (MORNING, AFTERNOON)),  # a Tuesday
        ({"working": True, "in_place_of": date(2026, 11, 27)}, (FRIDAY,)),
        ({"working": True, "hours": (SATURDAY,)}, (SATURDAY,)),
        ({"working": True, "day": date(2026, 11, 28)}, (SATURDAY,)),
        ({"working": True, "day": date(2026, 11, 29)}, (MORNING, AFTERNOON)),  # a Sunday: as on the first working day
    ],
)
def test_the_hours_of_an_overridden_day(override: dict[str, object], hours: Hours) -> None:
    one = Override(**{"day": date(2026, 11, 24), "source": "notice", **override})  # type: ignore[arg-type]
    assert office(one).hours_on(one.day) == hours


def test_a_closure_goes_before_an_override_and_ends_with_its_last_day() -> None:
    closure = Closure(first_day=date(2026, 7, 1), last_day=date(2026, 7, 2), source="the office moves")
    calendar = office(Override(day=date(2026, 7, 2), working=True, source="notice"), closures=(closure,))
    open_days = [calendar.is_working_day(date(2026, 7, day)) for day in (1, 2, 3)]
    assert open_days == [False, False, True]
    assert {date(2026, 7, 1), date(2026, 7, 2)} <= set(calendar.special_days())


def test_the_version_stands_for_every_input() -> None:
    calendar = office()
    closure = Closure(first_day=date(2026, 7, 1), last_day=date(2026, 7, 2), source="move")
    override = Override(day=date(2026, 11, 24), working=True, source="notice")
    others = [
        office(closures=(closure,)),
        office(closures=(replace(closure, last_day=date(2026, 7, 3)),)),
        office(override),
        office(replace(override, working=False)),
        office(replace(override, source="another notice")),
        office(replace(override, hours=(SATURDAY,))),
        replace(calendar, zone="Asia/Bangkok"),
        replace(calendar, holidays=None),
        replace(calendar, week=(*calendar.week[:6], (SATURDAY,))),
        replace(calendar, code="another"),
    ]
    assert calendar.version == office().version
    assert calendar.version.startswith(f"office/VN-holidays-{version('holidays')}/")
    assert len({calendar.version, *(other.version for other in others)}) == 1 + len(others)
    assert replace(calendar, code="another").digest == calendar.digest


def test_the_order_of_overrides_does_not_change_the_version() -> None:
    both = [Override(day=date(2026, 1, day), working=False, source="notice") for day in (5, 6)]
    assert office(*both).version == office(*both[::-1]).version


def test_the_shipped_overrides_name_their_source() -> None:
    swap = {override.day: override for override in shipped_overrides("VN")}
    assert not swap[date(2026, 1, 2)].working
    assert swap[date(2026, 1, 10)].in_place_of == date(2026, 1, 2)
    assert all("12729/VPCP-KGVX" in override.source for override in swap.values())
    assert shipped_overrides("NL") == ()


def test_times_of_day_are_read_from_text_and_from_times() -> None:
    assert Slot.read("7:00", "24:00") == Slot(420, 1440)
    assert Slot.read(time(7), time(0)) == Slot(420, 1440)
    assert Slot.read("07:00:00", "11:30") == MORNING
    assert str(MORNING) == "07:00-11:30"


def test_values_that_no_file_can_hold_are_refused() -> None:
    with pytest.raises(CalendarError, match="1441 is no minute of a day"):
        Slot(0, 1441)
    with pytest.raises(CalendarError, match="has seconds"):
        Slot.read(time(7, 0, 30), time(8))
    with pytest.raises(CalendarError, match="the week has 1 days"):
        Calendar(code="a", week=((MORNING,),))
    one = Override(day=date(2026, 2, 3), working=True, source="x")
    with pytest.raises(CalendarError, match="2026-02-03 is overridden twice"):
        office(one, one)
    assert issubclass(CalendarError, MiningError)
