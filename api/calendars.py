"""Which office hours hold for which unit: the one place where it is decided, for the service and for reports."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import time
from operator import attrgetter
from pathlib import Path
from uuid import UUID

import duckdb

from ingest import catalogue
from ingest.catalogue_calendars import calendars_in_force, unit_calendars, word
from ingest.pseudonym import Pseudonyms
from mining.clocks.clock import Calendars
from mining.working_time.calendar import Calendar, Override
from mining.working_time.calendar_file import load_calendars, public_sector, read_week, shipped_overrides
from mining.working_time.officer_calendars import working_times
from mining.working_time.worktime import WorkingTime


class OfficeHours:
    """The calendars of a file, before those of the catalogue, before those of the public sector.

    Safe to use from several threads. A calendar is laid out once, whatever it is called and however often it is asked
    for. Raises CalendarError for a file with a mistake, which says where it is.
    """

    def __init__(self, path: Path | None) -> None:
        self._given = load_calendars(path) if path else {}
        self._lock = threading.Lock()
        self._laid_out: dict[str, WorkingTime] = {}

    def given(self) -> Calendars:
        """Return the calendars by the unit that they are named after, as far as the file says."""
        return self._chosen({}, {})

    def of(self, cursor: duckdb.DuckDBPyConnection) -> Calendars:
        """Return the calendars of the units of the catalogue in a store, as the file and the catalogue say.

        A unit has the calendar of the file that is named after it, else the one that the catalogue names for it or
        for a unit above it: first from the file, then from the catalogue. One that is named as the default calendar
        is takes its place.
        """
        stated = {code: _calendar(one) for code, one in calendars_in_force(cursor).items()}
        return self._chosen(stated, unit_calendars(cursor))

    def of_officers(self, pseudonyms: Pseudonyms) -> dict[str, WorkingTime]:
        """Return the calendars of the file by the officer whose name they bear, as the store has them.

        Whom a name belongs to, a unit or an officer, is told by the log.
        """
        return working_times(self._given, lambda name: stored_officer(pseudonyms, name))

    def _chosen(self, stated: dict[str, Calendar], units: dict[str, tuple[str, str | None]]) -> Calendars:
        default = public_sector()
        known = {default.code: default, **stated, **self._given}
        with self._lock:
            before, self._laid_out = self._laid_out, {}  # what is not needed any more is given up
            times = {code: self._time(calendar, before) for code, calendar in known.items()}
        of_name = {name: times[name] for name in self._given if name != default.code}
        by_file = {units[word(name)][0]: name for name in of_name if word(name) in units}
        for alias, (unit, named) in units.items():
            own = times.get(by_file.get(unit) or named or "")
            if own is not None:
                of_name.setdefault(alias, own)
        return Calendars(times[default.code], _ByName(of_name))

    def _time(self, calendar: Calendar, before: dict[str, WorkingTime]) -> WorkingTime:
        known = before.get(calendar.digest) or self._laid_out.get(calendar.digest) or WorkingTime.of(calendar)
        self._laid_out[calendar.digest] = known
        return replace(known, calendar=calendar, version=calendar.version)


def stored_officer(pseudonyms: Pseudonyms, name: str) -> str:
    """Return how findings name an officer: the pseudonym of the store, as a UUID is written."""
    return str(UUID(pseudonyms.of("officer", name)))


class CurrentCalendars:
    """The calendars that hold now; call it for them. They are read again when the catalogue has changed.

    `changes` says how often it has, `cursor` reads the store. Safe to use from several threads.
    """

    def __init__(
        self, hours: OfficeHours, cursor: Callable[[], duckdb.DuckDBPyConnection], changes: Callable[[], int]
    ) -> None:
        self._hours = hours
        self._cursor = cursor
        self._changes = changes
        self._lock = threading.Lock()
        self._known: tuple[int, Calendars] | None = None

    def __call__(self) -> Calendars:
        """Return the calendars that hold now, at least as new as the catalogue was when they were asked for."""
        with self._lock:
            changes = self._changes()  # before the store is read: the next one who asks notices what came meanwhile
            if self._known is None or self._known[0] != changes:
                with self._cursor() as cursor:
                    self._known = changes, self._hours.of(cursor)
            return self._known[1]


class _ByName(Mapping[str, WorkingTime]):
    """Working times by what a unit is called: as the file writes it, else in any of the ways of the catalogue."""

    def __init__(self, times: dict[str, WorkingTime]) -> None:
        self._times = times

    def __getitem__(self, unit: str) -> WorkingTime:
        return self._times.get(unit) or self._times[word(unit)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._times)

    def __len__(self) -> int:
        return len(self._times)


def _calendar(stated: catalogue.Calendar) -> Calendar:
    """A calendar of the catalogue: public holidays hold, except where its own days say otherwise."""
    own = {one.day: Override(day=one.day, working=one.working, source=one.source) for one in stated.days}
    shipped = (one for one in shipped_overrides("VN") if one.day not in own)
    week: dict[str, list[tuple[str | time, str | time]]] = {
        weekday: [(slot.opens, slot.closes) for slot in sorted(slots, key=attrgetter("opens"))]
        for weekday, slots in stated.week.items()
    }
    return Calendar(code=stated.code, week=read_week(week), overrides=(*shipped, *own.values()))
