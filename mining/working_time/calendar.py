"""Office hours as a value: the week, the public holidays, the days that differ, the closures of a unit."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mining import MiningError
from mining.working_time.public_days import PublicDays, public_days

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_DAY = date(1990, 1, 1)
END_DAY = date(2100, 1, 1)
"""Calendars are known from FIRST_DAY to the day before END_DAY: no event is older, and no due date will be later."""

SHORTEST_BREAK_MINUTES = 5
_DAY_MINUTES = 24 * 60
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_NO_PUBLIC_DAYS = PublicDays("no-holidays", {}, {})


class CalendarError(MiningError):
    """A calendar makes no sense; the message says where and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Office hours within one day, in minutes since midnight: opens at the first, closed from the second on.

    Midnight at the end of the day is 1440. Raises CalendarError for a slot that closes before it opens.
    """

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        for minute in (self.opens_minute, self.closes_minute):
            if not 0 <= minute <= _DAY_MINUTES:
                raise CalendarError(f"{minute} is no minute of a day, which has 1440; write 0 to 1440")
        if self.opens_minute >= self.closes_minute:
            raise CalendarError(
                f"{self} closes before it opens or at once; write the earlier time first, as 13:30-17:00"
                " (hours past midnight belong to the next day)"
            )

    @classmethod
    def read(cls, opens: str | time, closes: str | time) -> "Slot":
        """Read two times of day (`07:00`, a `time`); 24:00, or 00:00 as a `time`, closes at the end of the day."""
        return cls(_minute(opens), _minute(closes) or (_DAY_MINUTES if isinstance(closes, time) else 0))

    def __str__(self) -> str:
        times = (f"{minute // 60:02}:{minute % 60:02}" for minute in (self.opens_minute, self.closes_minute))
        return "-".join(times)


Hours = tuple[Slot, ...]
"""The slots of a day in its order; none means that the office is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A day that differs from what the week and the public holidays say, and where that is written.

    A working day has the `hours` given, else those of the weekday that it makes up for (`in_place_of`), else those
    of its own weekday, else those of the first weekday that has any.
    """

    day: date
    working: bool
    source: str
    in_place_of: date | None = None
    hours: Hours | None = None

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise CalendarError(f"the override of {self.day} has no source; name the notice or decision it comes from")
        if not self.working and (self.in_place_of or self.hours is not None):
            raise CalendarError(f"the override of {self.day} is a day off with hours; drop them or make it working")
        if self.in_place_of and self.hours is not None:
            raise CalendarError(f"the override of {self.day} has both hours and in_place_of; keep one of them")
        if self.hours is not None:
            _check_hours(self.hours, f"the override of {self.day}")
            if not self.hours:
                raise CalendarError(f"the override of {self.day} is working but its hours are empty; write some")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The unit is closed from the first to the last day, both included; `source` says who decided it."""

    first_day: date
    last_day: date
    source: str

    def __post_init__(self) -> None:
        if self.first_day > self.last_day:
            raise CalendarError(
                f"the closure from {self.first_day} to {self.last_day} ends before it starts; swap the two days"
            )
        if not self.source.strip():
            raise CalendarError(f"the closure from {self.first_day} has no source; say who decided it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a unit works: seven days of office hours from Monday on, and what differs from them.

    A closure goes before an override, an override before the public holidays of the country `holidays` (None has
    none), these before the week. Times of day are those of the time zone `zone`. Raises CalendarError, and
    CountryError for a country whose holidays are not known.
    """

    code: str
    week: tuple[Hours, ...]
    zone: str = "Asia/Ho_Chi_Minh"
    holidays: str | None = "VN"
    overrides: tuple[Override, ...] = ()
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise CalendarError("the calendar has no code; name it, as 'public-sector'")
        if len(self.week) != len(WEEKDAYS):
            raise CalendarError(f"the week has {len(self.week)} days; give the hours of 7, from Monday on")
        for weekday, hours in zip(WEEKDAYS, self.week, strict=True):
            _check_hours(hours, weekday)
        if not any(self.week):
            raise CalendarError("the week has no office hours at all; give at least one weekday some")
        _check_zone(self.zone)
        for earlier, later in pairwise(sorted(override.day for override in self.overrides)):
            if earlier == later:
                raise CalendarError(f"{later} is overridden twice; keep the line that holds")
        self._public_days()

    @property
    def version(self) -> str:
        """The code, the source of the public holidays, and a digest of all that working time depends on.

        Equal inputs have equal versions, on any machine; another release of the package `holidays` is another input.
        """
        return f"{self.code}/{self._public_days().source}/{self.digest}"

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that stand for everything but the code: calendars with the same are the same."""
        inputs = {
            "zone": self.zone,
            "week": [[str(slot) for slot in hours] for hours in self.week],
            "holidays": self._public_days().source,
            "overrides": sorted(map(_spelled_override, self.overrides)),
            "closures": sorted([str(one.first_day), str(one.last_day), one.source] for one in self.closures),
        }
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]

    def hours_on(self, day: date) -> Hours:
        """Return the office hours of a day; none if the unit is closed."""
        if any(closure.first_day <= day <= closure.last_day for closure in self.closures):
            return ()
        override = next((one for one in self.overrides if one.day == day), None)
        if override:
            return self._overridden(override)
        public = self._public_days()
        if day in public.worked:
            return self._made_up(day, public.worked[day])
        return () if day in public.off else self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Whether the unit has any office hours on the day."""
        return bool(self.hours_on(day))

    def special_days(self) -> Iterator[date]:
        """Yield the days whose hours may differ from the week's; some come more than once."""
        public = self._public_days()
        yield from public.off
        yield from public.worked
        yield from (override.day for override in self.overrides)
        for closure in self.closures:
            first, last = max(closure.first_day, FIRST_DAY), min(closure.last_day, END_DAY)
            yield from (first + timedelta(day) for day in range((last - first).days + 1))

    def _public_days(self) -> PublicDays:
        return public_days(self.holidays) if self.holidays else _NO_PUBLIC_DAYS

    def _overridden(self, override: Override) -> Hours:
        if not override.working:
            return ()
        return override.hours or self._made_up(override.day, override.in_place_of)

    def _made_up(self, day: date, in_place_of: date | None) -> Hours:
        """The hours of a day that is worked for another: those of that one's weekday, as far as it is known."""
        if in_place_of:
            return self.week[in_place_of.weekday()]
        return self.week[day.weekday()] or next(hours for hours in self.week if hours)


def _minute(clock: str | time) -> int:
    if isinstance(clock, time):
        if clock.second or clock.microsecond:
            raise CalendarError(f"{clock} has seconds; office hours are whole minutes")
        return clock.hour * 60 + clock.minute
    matched = _TIME_OF_DAY.fullmatch(clock.strip())
    if not matched or int(matched[2]) > 59 or int(matched[1]) * 60 + int(matched[2]) > _DAY_MINUTES:
        raise CalendarError(f"'{clock}' is no time of day; write hours and minutes from 00:00 to 24:00")
    return int(matched[1]) * 60 + int(matched[2])


def _check_hours(hours: Hours, place: str) -> None:
    for earlier, later in pairwise(hours):
        pause = later.opens_minute - earlier.closes_minute
        if pause < 0:
            raise CalendarError(
                f"{place}: {earlier} and {later} overlap or stand in the wrong order;"
                " write slots that follow each other"
            )
        if 0 < pause < SHORTEST_BREAK_MINUTES:
            raise CalendarError(
                f"{place}: the break between {earlier} and {later} is shorter than {SHORTEST_BREAK_MINUTES} minutes;"
                " join the two slots"
            )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError(f"the time zone '{zone}' is not known; write it like Asia/Ho_Chi_Minh") from error


def _spelled_override(override: Override) -> list[str]:
    hours = "closed" if not override.working else ",".join(map(str, override.hours or ()))
    return [str(override.day), hours, str(override.in_place_of or ""), override.source]
