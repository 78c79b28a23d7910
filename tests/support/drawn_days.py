"""Logs in which the same happens on many working days, and what the search for opportunities makes of them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import duckdb

from drawn_logs import CALENDARS, drawn
from mining.opportunities.ranking import opportunities
from mining.opportunities.settings import Settings
from mining.opportunities.values import Opportunities
from mining.waiting.answers import waiting_log
from mining.waiting.desks import Availability

Day = Callable[[int, Callable[..., str]], Iterator[str]]
OFFICE = Availability(CALENDARS)
SETTINGS = Settings(least_hours=1)
_FIRST = date(2025, 5, 5)
"""A Monday, with no public holiday in the eight weeks that follow."""


def days(day: Day, count: int = 40, **everywhere: str) -> duckdb.DuckDBPyConnection:
    """Return a store of so many working days; `day` yields the lines of one, of its number and a clock.

    The clock is `at("08:30")`, or `at("08:30", 2)` for two working days later.
    """
    lines: list[str] = []
    for number in range(count):

        def at(time: str, later: int = 0, number: int = number) -> str:
            return f"{_working_day(number + later)}T{time}"

        lines += day(number, at)
    return drawn("\n".join(lines), **everywhere)


def searched(
    cursor: duckdb.DuckDBPyConnection,
    *kinds: str,
    availability: Availability = OFFICE,
    settings: Settings = SETTINGS,
) -> Opportunities:
    """Search a store by some detectors, or all."""
    log = waiting_log(cursor, availability)
    return opportunities(cursor, log, availability, settings, kinds=kinds or None)


def step(dossier: str, activity: str, officer: str, times: tuple[str, str], more: str = "") -> str:
    """Draw a step from its start to its end."""
    started, ended = times
    return f"{dossier} {ended} {activity} officer={officer} started={started} {more}"


def _working_day(number: int) -> date:
    """The number-th day of Monday to Friday."""
    weeks, weekday = divmod(number, 5)
    return _FIRST + timedelta(weeks=weeks, days=weekday)
