"""What a cell of a catalogue file says: hours, limits, dates, numbers, as people write them.

Every function takes the text of a cell that is not blank and raises CatalogueError, in words for the person who wrote
it, when it says nothing of the kind.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from ingest.catalogue import CatalogueError, Limit
from ingest.catalogue_check import HOURS_OF_A_WORKING_DAY
from ingest.sources.detect import plain
from ingest.sources.words import flag

_QUANTITY = re.compile(r"(?P<number>[+-]?\d+(?:[.,]\d+)?)\s*(?P<words>\D*)", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_HOURS_OF: Mapping[str, float] = {
    **dict.fromkeys(["h", "hour", "hours", "gio", "giolamviec"], 1),
    **dict.fromkeys(["d", "day", "days", "workingday", "workingdays", "ngay", "ngaylamviec"], HOURS_OF_A_WORKING_DAY),
    **dict.fromkeys(["minute", "minutes", "phut"], 1 / 60),
}
_LIMIT_UNITS = {
    **dict.fromkeys(["h", "hour", "hours", "gio", "giolamviec"], "hours"),
    **dict.fromkeys(["workingday", "workingdays", "ngaylamviec"], "working_days"),
    **dict.fromkeys(["calendarday", "calendardays", "ngay", "ngaylich"], "calendar_days"),
}
_ISO = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)
_YEARS = range(1990, 2101)
_SHORT_CODE = re.compile(r"(?P<kind>[1-9])[.,](?P<digits>\d{1,6})", re.ASCII)


def read_hours(text: str, default: str | None = None) -> float:
    """Return the working hours of a step: `4`, `0,5 ngày`, `2 giờ`; a bare number is in `default` (hours or days)."""
    number, words = _quantity(text, "a time; write for example 4, 2 giờ or 0,5 ngày")
    if not words and default is None and number != 0:
        raise CatalogueError(f"'{text}' may be hours or days; write {text} giờ or {text} ngày")
    factor = _HOURS_OF.get(words or default or "hours")
    if factor is None:
        raise CatalogueError(f"'{text}' is no time; write for example 4, 2 giờ or 0,5 ngày")
    if number < 0:
        raise CatalogueError(f"'{text}' is less than 0; a step takes 0 hours or more")
    return number * factor


def read_limit(text: str, unit: str) -> Limit:
    """Return a limit; its unit stands in the cell, as in `12 ngày làm việc`, or in `unit`, the text of the next one."""
    number, words = _quantity(text, "a limit; write for example 12 ngày làm việc")
    said = [one for one in (words, plain(unit)) if one]
    found = {_LIMIT_UNITS.get(one) for one in said}
    if not said or None in found:
        raise CatalogueError(
            f"'{f'{text} {unit}'.strip()}' does not say what the limit counts; write giờ (hours), "
            "ngày làm việc (working days) or ngày (calendar days)"
        )
    if len(found) > 1:
        raise CatalogueError(f"'{text}' and '{unit}' are different units; leave one of them out")
    if number <= 0:
        raise CatalogueError(f"the limit is {text}; it must be more than 0")
    return Limit(amount=number, unit=found.pop())  # type: ignore[arg-type]


def read_date(text: str) -> date:
    """Return a date written day first, `1/7/2025`, or as in ISO 8601, `2025-07-01`, or Excel's number of a day."""
    parts = _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if parts:
        try:
            day = date(*(int(parts[name]) for name in "ymd"))
        except ValueError as error:
            raise CatalogueError(
                f"there is no day '{text}'; write day/month/year, as in 01/07/2025 for the 1st of July"
            ) from error
    elif _SERIAL.fullmatch(text):
        day = _EXCEL_EPOCH + timedelta(days=int(text))
    else:
        raise CatalogueError(f"'{text}' is no date; write day/month/year, as in 01/07/2025")
    if day.year not in _YEARS:
        raise CatalogueError(f"the year of '{text}' is not between {_YEARS[0]} and {_YEARS[-1]}")
    return day


def read_number(text: str) -> float:
    """Return a number; a percent sign divides it by 100."""
    number, words = _quantity(text.removesuffix("%"), "a number")
    if words:
        raise CatalogueError(f"'{text}' is no number")
    return number / 100 if text.endswith("%") else number


def read_flag(text: str) -> bool:
    """Return what `có`, `không`, `yes`, `no`, `x`, 1 or 0 says."""
    said = flag(text)
    if said is None:
        raise CatalogueError(f"'{text}' is neither yes (có, x, 1) nor no (không, 0)")
    return said


def read_list(text: str) -> tuple[str, ...]:
    """Return the codes in a list that commas, semicolons or spaces separate."""
    return tuple(filter(None, re.split(r"[,;\s]+", text)))


def restored_code(text: str) -> str:
    """Return a procedure code with what a spreadsheet took from it as from a number: `1,00094` was 1.000940."""
    number = _SHORT_CODE.fullmatch(text)
    return f"{number['kind']}.{number['digits']:0<6}" if number else text


def _quantity(text: str, wanted: str) -> tuple[float, str]:
    """The number that a text starts with, and the words after it as `plain` makes them."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise CatalogueError(f"'{text}' is not {wanted}")
    if _THOUSANDS.fullmatch(found["number"]):
        digits = re.sub("[.,]", "", found["number"])
        raise CatalogueError(f"'{text}' may be {digits} or {found['number']}0; write one of these")
    return float(found["number"].replace(",", ".")), plain(found["words"])
