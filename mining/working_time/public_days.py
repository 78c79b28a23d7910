"""Public holidays and swapped working days of a country, as the package `holidays` knows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version

import holidays

from mining import MiningError

_YEARS = range(1989, 2101)
"""The years that a calendar can cover, and one before: a swap of one year can move a day of the next."""

# "Ngày nghỉ (thay cho ngày 04/05/2024)": how the package names a day off that another day is worked for.
_WORKED_INSTEAD = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


class CountryError(MiningError):
    """The public holidays of the country are not known."""


@dataclass(frozen=True, slots=True)
class PublicDays:
    """The days off by name; the days of the weekend that are worked, with the day off they make up for, if known.

    `source` names the package, its version and the country.
    """

    source: str
    off: Mapping[date, str]
    worked: Mapping[date, date | None]


@cache
def public_days(country: str) -> PublicDays:
    """Return the public days of a country (ISO 3166 code, as `VN`) from 1990 to 2100; raises CountryError."""
    try:
        known = holidays.country_holidays(country, years=_YEARS, language="vi" if country == "VN" else None)
    except NotImplementedError as error:
        raise CountryError(
            f"the public holidays of '{country}' are not known; write a country code like VN, or 'none' and list"
            " the days off as overrides"
        ) from error
    worked: dict[date, date | None] = dict.fromkeys(sorted(known.weekend_workdays))
    off = {day: name for day, name in known.items() if day not in worked}
    for day, name in off.items():
        if instead := _WORKED_INSTEAD.search(name):
            worked[date(int(instead[3]), int(instead[2]), int(instead[1]))] = day
    return PublicDays(f"{country}-holidays-{version('holidays')}", off, worked)
