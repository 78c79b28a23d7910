"""Which office hours hold for which unit: the one place where it is decided, for the service and for reports."""

from pathlib import Path

from mining.calendar_file import load_calendars, public_sector
from mining.clock import Calendars
from mining.worktime import WorkingTime


def calendars_of(path: Path | None) -> Calendars:
    """Return the calendars of a file by the unit that they are named after, else those of the public sector.

    One that is named as the default calendar is takes its place. Raises CalendarError, which says where the mistake is.
    """
    default = public_sector()
    given = load_calendars(path) if path else {}
    times = {code: WorkingTime.of(calendar) for code, calendar in given.items()}
    replaced = times.pop(default.code, None)
    return Calendars(replaced or WorkingTime.of(default), times)
