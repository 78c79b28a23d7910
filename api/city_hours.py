"""The office hours of a simulated city, laid out as a service lays out the calendars of its catalogue."""

from datetime import date

from mining.working_time.calendar import Calendar, Override, Slot
from mining.working_time.calendar_file import shipped_overrides
from mining.working_time.worktime import WorkingTime
from simulation.city import City, OfficeHours
from simulation.hours import Hours

_YEARS_AFTER = 3
"""How long after the last arrival every dossier must be done."""


def opening_hours(city: City) -> list[Hours]:
    """Return the opening hours of city.calendars, in that order, from the first arrival to well after the last."""
    return [_hours(one, city) for one in city.calendars]


def _hours(stated: OfficeHours, city: City) -> Hours:
    """Public holidays hold, except where the calendar's own days say otherwise."""
    own = {one.day: Override(day=one.day, working=one.working, source=one.source) for one in stated.days}
    shipped = (one for one in shipped_overrides("VN") if one.day not in own)
    calendar = Calendar(
        code=stated.code,
        week=tuple(tuple(Slot.read(*slot) for slot in slots) for slots in stated.week),
        zone=city.zone,
        overrides=(*shipped, *own.values()),
    )
    end_day = date(city.period.last_day.year + _YEARS_AFTER, 1, 1)
    openings = WorkingTime.of(calendar, first_day=city.period.first_day, end_day=end_day).openings
    # The last stretch of the openings is an empty one at the end of what is covered.
    return Hours(openings.opens_us[:-1].tolist(), openings.closes_us[:-1].tolist())
