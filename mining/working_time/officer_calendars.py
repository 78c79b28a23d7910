"""Who of the officers works when, where a calendar file names officers rather than units."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mining.working_time.calendar import Calendar
from mining.working_time.worktime import WorkingTime


def working_times(calendars: Mapping[str, Calendar], stored_as: Callable[[str], str]) -> dict[str, WorkingTime]:
    """Return the working time of each officer under the name with which the store has them.

    `calendars` are by the name that the file says, as `load_calendars` of `mining.working_time.calendar_file` reads
    them; `stored_as` turns such a name into that of the store, where officers are keyed hashes. Equal calendars are
    laid out once.
    """
    laid_out: dict[str, WorkingTime] = {}
    times = {}
    for name, calendar in calendars.items():
        digest = calendar.digest
        if digest not in laid_out:
            laid_out[digest] = WorkingTime.of(calendar)
        times[stored_as(name)] = replace(laid_out[digest], calendar=calendar, version=calendar.version)
    return times
