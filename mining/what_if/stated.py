"""Changes as people write them: a name and what it is told by, from JSON or a line of text."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from mining.what_if import WhatIfError
from mining.what_if.edits import (
    ArrivalsFactor,
    Duration,
    Edit,
    Officers,
    Parallel,
    RemoveStep,
    Share,
    Sittings,
    WorkingHours,
)
from mining.working_time.calendar import CalendarError
from mining.working_time.calendar_file import read_week

TOLD_BY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "remove_step": (("activity",), ("procedure", "unit")),
    "parallel": (("first", "second"), ("procedure",)),
    "officers": (("unit", "role"), ("more",)),
    "sittings": (("role", "times"), ("unit",)),
    "calendar": (("week",), ("unit",)),
    "online": (("share",), ("procedure",)),
    "supplements": (("share",), ("procedure",)),
    "arrivals": (("factor",), ("procedure",)),
    "duration": (("factor",), ("of", "activity", "procedure", "unit", "dossier_unit")),
}
"""What each change has to be told, and what it may be told besides."""
_NUMBERS = ("factor", "share")
_LONGEST = 500
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SLOT = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")


def edit_of(stated: Mapping[str, Any]) -> Edit:
    """Return the change that is stated, `edit` being its name; raises WhatIfError."""
    name = str(stated.get("edit"))
    if name not in TOLD_BY:
        raise WhatIfError(f"{name[:60]!r} is no change that can be tried; choose from {', '.join(TOLD_BY)}")
    given = _given(name, stated)
    if name == "sittings":
        return Sittings(minutes=_minutes(given.pop("times")), **_texts(name, given))
    if name == "calendar":
        return _calendar(given)
    if name == "officers":
        return Officers(more=_whole(given.pop("more", 1)), **_texts(name, given))
    numbers = {key: _number(name, key, given.pop(key)) for key in _NUMBERS if key in given}
    return _plain(name, {**numbers, **_texts(name, given)})


def _given(name: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What a change is told by; raises WhatIfError where that is too much or not enough."""
    needed, optional = TOLD_BY[name]
    given = {key: value for key, value in stated.items() if key != "edit" and value is not None}
    unknown = [f"{key[:60]!r} is not known" for key in given if key not in needed + optional]
    missing = [f"{key} is missing" for key in needed if key not in given]
    if unknown or missing:
        besides = f" and, if wanted, {', '.join(optional)}" if optional else ""
        raise WhatIfError(f"{name}: {(unknown + missing)[0]}; it is told by {', '.join(needed)}{besides}")
    return given


def stated_of_line(line: str) -> Mapping[str, Any]:
    """Return what a line states: JSON, or the name of a change and key=value pairs, those with blanks in quotes.

    `officers unit=H29.01 role="Chuyên viên thụ lý" more=1`; times with commas (`times=08:00,14:00`, `times=none`), a
    week as `week=monday-friday@07:30-11:30+13:00-17:30,saturday@07:30-11:30`.
    """
    if line.lstrip().startswith("{"):
        try:
            stated: Mapping[str, Any] = json.loads(line)
        except json.JSONDecodeError as error:
            raise WhatIfError(f"the change {line[:60]!r} is no JSON: {error}") from error
        return stated
    try:
        name, *pairs = shlex.split(line)
    except ValueError as error:
        raise WhatIfError(f"the change {line[:60]!r} cannot be read; write its name, then key=value") from error
    told: dict[str, Any] = {"edit": name}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise WhatIfError(f"{pair[:60]!r} in a change says nothing; write key=value, in quotes if it has blanks")
        told[key] = value
    if "times" in told:
        told["times"] = [] if told["times"] in ("", "none") else told["times"].split(",")
    if "week" in told:
        days = [one.partition("@") for one in told["week"].split(",")]
        told["week"] = {day: slots.split("+") for day, _, slots in days}
    return told


def _plain(name: str, given: Mapping[str, Any]) -> Edit:
    kinds: Mapping[str, type[Any]] = {
        "remove_step": RemoveStep,
        "parallel": Parallel,
        "arrivals": ArrivalsFactor,
        "duration": Duration,
    }
    edit: Edit = Share(trait=name, **given) if name in ("online", "supplements") else kinds[name](**given)
    return edit


def _calendar(given: Mapping[str, Any]) -> Edit:
    week = given["week"]
    if not isinstance(week, Mapping):
        raise WhatIfError('calendar: write week as {"monday-friday": ["07:30-11:30", "13:00-17:00"]}')
    try:
        hours = read_week({str(day): [_slot(slot) for slot in slots] for day, slots in week.items()})
    except CalendarError as error:
        raise WhatIfError(f"calendar: {error}") from error
    if not any(hours):
        raise WhatIfError("calendar: no day has office hours; write some, as monday-friday 07:30-11:30")
    return WorkingHours(week=hours, **_texts("calendar", {key: one for key, one in given.items() if key != "week"}))


def _slot(text: object) -> tuple[str, str]:
    matched = _SLOT.fullmatch(str(text).strip())
    if not matched:
        raise WhatIfError(f"calendar: {str(text)[:60]!r} are no office hours; write them like 07:30-11:30")
    return matched[1], matched[2]


def _minutes(times: object) -> tuple[int, ...]:
    if not isinstance(times, list) or len(times) > 96:
        raise WhatIfError('sittings: write times as a list like ["08:00", "14:00"]; an empty one for none')
    found = [(_TIME.fullmatch(str(one).strip()), one) for one in times]
    for matched, one in found:
        if not matched:
            raise WhatIfError(f"sittings: {str(one)[:60]!r} is no time of day; write it like 08:00")
    return tuple(int(matched[1]) * 60 + int(matched[2]) for matched, _ in found if matched)


def _number(name: str, key: str, value: object) -> float:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        return float(value)
    except ValueError:
        raise WhatIfError(f"{name}: {key} is {str(value)[:60]!r}; write a number") from None


def _whole(value: object) -> int:
    number = _number("officers", "more", value)
    if not number.is_integer() or number == 0:
        raise WhatIfError(f"officers: more is {number:g}; write a whole number, below 0 for fewer")
    return int(number)


def _texts(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    for key, value in given.items():
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
            raise WhatIfError(f"{name}: {key} has to be a text of 1 to {_LONGEST} characters")
    return dict(given)
