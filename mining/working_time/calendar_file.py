"""Reads calendars from files: TOML for one unit, JSON for many resources, CSV for the days that differ."""

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from mining import MiningError
from mining.working_time.calendar import WEEKDAYS, Calendar, CalendarError, Closure, Hours, Override, Slot

_GUIDE = "docs/working-time.md shows how a calendar file is written"
_OFFICE_HOURS = {"monday-friday": (("07:00", "11:30"), ("13:30", "17:00"))}
_OVERRIDE_COLUMNS = {"day", "working", "in_place_of", "source"}
_YES_NO = {"yes": True, "no": False}


class _OverrideEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    working: bool
    source: str
    in_place_of: date | None = None
    hours: tuple[str, ...] | None = None


class _ClosureEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first_day: date
    last_day: date
    source: str


class _CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zone: str = "Asia/Ho_Chi_Minh"
    holidays: str = "VN"
    override_files: tuple[str, ...] = ()
    week: dict[str, tuple[str, ...]] | None = None
    override: tuple[_OverrideEntry, ...] = ()
    closure: tuple[_ClosureEntry, ...] = ()


def public_sector(*overrides: Override, code: str = "public-sector") -> Calendar:
    """Return the default calendar of Vietnamese offices: Monday to Friday 07:00-11:30 and 13:30-17:00.

    The shipped overrides hold, except where `overrides` say otherwise.
    """
    return Calendar(code=code, week=read_week(_OFFICE_HOURS), overrides=_merged(shipped_overrides("VN"), overrides))


@cache
def shipped_overrides(country: str) -> tuple[Override, ...]:
    """Return the days that the package `holidays` lacks, as `mining/calendars/<country>.csv` lists them."""
    shipped = resources.files("mining").joinpath("working_time", "calendars", f"{country.lower()}.csv")
    return read_overrides(shipped) if shipped.is_file() else ()


def load_calendar(path: Path) -> Calendar:
    """Read the one calendar of a file; raises CalendarError, which says where the mistake is."""
    calendars = load_calendars(path)
    if len(calendars) != 1:
        raise CalendarError(f"{path} holds {len(calendars)} calendars ({', '.join(calendars)}); give a file with one")
    return next(iter(calendars.values()))


def load_calendars(path: Path) -> dict[str, Calendar]:
    """Read the calendars of a file by code: a TOML file holds one, a JSON file one for each resource.

    The JSON form is that of process-mining tools, `{resource: {"MONDAY-FRIDAY": [["08:00", "12:00"], ...]}}`: times
    in UTC, no holidays. Raises CalendarError, which says where the mistake is.
    """
    readers = {".toml": _read_toml, ".json": _read_json}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise CalendarError(f"{path} is no calendar file; its name must end in .toml or .json ({_GUIDE})")
    calendars = list(reader(path))
    return {calendar.code: calendar for calendar in calendars}


def read_overrides(path: Traversable) -> tuple[Override, ...]:
    """Read a CSV file of the columns day, working (yes or no), in_place_of and source; raises CalendarError."""
    lines = csv.DictReader(_text(path).splitlines(), restkey="more", restval="")
    missing = _OVERRIDE_COLUMNS - set(lines.fieldnames or ())
    if missing:
        raise CalendarError(f"{path}: the column {', '.join(sorted(missing))} is missing from the first line")
    overrides: dict[date, Override] = {}
    for line in lines:
        with _place(f"{path}, line {lines.line_num}"):
            _add(overrides, _override_of(line))
    return tuple(overrides.values())


def read_week(week: Mapping[str, Iterable[tuple[str | time, str | time]]]) -> tuple[Hours, ...]:
    """Read office hours by weekday (`monday`) or range of weekdays (`monday-friday`), in any case.

    Each slot is a pair of times of day; a weekday that is not named is closed. Raises CalendarError.
    """
    hours: dict[int, Hours] = {}
    for name, pairs in week.items():
        with _place(name):
            slots = tuple(Slot.read(opens, closes) for opens, closes in pairs)
            for weekday in _weekdays(name):
                if weekday in hours:
                    raise CalendarError(f"{WEEKDAYS[weekday]} is given twice; write each weekday once")
                hours[weekday] = slots
    return tuple(hours.get(weekday, ()) for weekday in range(len(WEEKDAYS)))


def _read_toml(path: Path) -> list[Calendar]:
    text = _text(path)
    with _place(str(path)):
        try:
            entry = msgspec.convert(tomllib.loads(text), _CalendarFile)
        except tomllib.TOMLDecodeError as error:
            raise CalendarError(f"this is no valid TOML: {error}; {_GUIDE}") from error
        given = [read_overrides(path.parent / name) for name in entry.override_files]
        country = None if entry.holidays == "none" else entry.holidays
        calendar = Calendar(
            code=entry.code,
            week=read_week(_OFFICE_HOURS if entry.week is None else _split_week(entry.week)),
            zone=entry.zone,
            holidays=country,
            overrides=_merged(shipped_overrides(country) if country else (), *given, _inline(entry.override)),
            closures=tuple(Closure(**msgspec.structs.asdict(one)) for one in entry.closure),
        )
    return [calendar]


def _read_json(path: Path) -> list[Calendar]:
    text = _text(path)
    with _place(str(path)):
        try:
            weeks = json.loads(text)
        except json.JSONDecodeError as error:
            raise CalendarError(f"this is no JSON: {error}") from error
        if not isinstance(weeks, dict) or not weeks:
            raise CalendarError(f"there are no resources with their calendars in it; {_GUIDE}")
        return [_resource_calendar(code, week) for code, week in weeks.items()]


def _resource_calendar(code: str, week: object) -> Calendar:
    with _place(code):
        pairs = msgspec.convert(week, dict[str, list[tuple[str, str]]])
        return Calendar(code=code, week=read_week(pairs), zone="UTC", holidays=None)


def _inline(entries: Sequence[_OverrideEntry]) -> tuple[Override, ...]:
    overrides: dict[date, Override] = {}
    for entry in entries:
        with _place(f"override of {entry.day}"):
            hours = None if entry.hours is None else tuple(Slot.read(*_split(text)) for text in entry.hours)
            _add(overrides, Override(**{**msgspec.structs.asdict(entry), "hours": hours}))
    return tuple(overrides.values())


def _add(overrides: dict[date, Override], override: Override) -> None:
    if override.day in overrides:
        raise CalendarError(f"{override.day} is overridden twice; keep the one that holds")
    overrides[override.day] = override


def _override_of(line: Mapping[str, Any]) -> Override:
    if "more" in line:
        raise CalendarError(
            "there are more columns than in the first line; put a source with commas in quotation marks"
        )
    working = _YES_NO.get(line["working"].strip().lower())
    if working is None:
        raise CalendarError(f"working is '{line['working']}'; write yes or no")
    return Override(
        day=_day(line["day"]),
        working=working,
        source=line["source"],
        in_place_of=_day(line["in_place_of"]) if line["in_place_of"] else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise CalendarError(f"'{text}' is no day; write it like 2026-01-31") from error


def _weekdays(name: str) -> range:
    first, _, last = name.strip().lower().partition("-")
    last = last or first
    for weekday in (first, last):
        if weekday not in WEEKDAYS:
            raise CalendarError(f"'{weekday}' is no weekday; write {', '.join(WEEKDAYS)}, or monday-friday")
    if WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise CalendarError("the range runs backwards; a week starts on monday")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _split_week(week: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    return {name: [_split(text) for text in slots] for name, slots in week.items()}


def _split(slot: str) -> tuple[str, str]:
    opens, dash, closes = slot.partition("-")
    if not dash:
        raise CalendarError(f"'{slot}' is no slot; write two times of day, as 07:00-11:30")
    return opens, closes


def _merged(*layers: tuple[Override, ...]) -> tuple[Override, ...]:
    """One override a day: what a later layer says goes before what an earlier one does."""
    days = {override.day: override for layer in layers for override in layer}
    return tuple(days[day] for day in sorted(days))


def _text(path: Traversable) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarError(f"{path} cannot be read: {error}") from error


@contextmanager
def _place(name: str) -> Iterator[None]:
    """Say in an error message where the mistake is."""
    try:
        yield
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        where = where.strip("`.")
        raise CalendarError(f"{name}: {where + ': ' if where else ''}{what}; {_GUIDE}") from error
    except MiningError as error:
        raise CalendarError(f"{name}: {error}") from error
