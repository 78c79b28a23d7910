"""Which calendars the catalogue holds, and which of them each unit works by."""

import re

import duckdb
import msgspec

from ingest.catalogue import Calendar
from ingest.catalogue_check import one_line
from ingest.catalogue_store import sql

_NUMBER = re.compile(r"([0-9]+)")
_decode = msgspec.json.Decoder(Calendar).decode


def calendars_in_force(cursor: duckdb.DuckDBPyConnection) -> dict[str, Calendar]:
    """Return the calendars by code, of each the greatest version: in whatever order they came, it is the same one.

    Numbers within a version count as numbers: 10 is greater than 9, 2026-02 than 2026-1.
    """
    said = (_decode(content) for (content,) in cursor.execute(sql("calendars")).fetchall())
    return {one.code: one for one in sorted(said, key=lambda one: _natural(one.version))}


def unit_calendars(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    """Return, by every name that a unit may have (as `word()` makes it), its code and the code of its calendar.

    A unit that names no calendar has that of the nearest unit above it which does; None where there is none.
    """
    units = {code: (calendar, parent) for code, calendar, parent in cursor.execute(sql("units")).fetchall()}
    aliases = cursor.execute(sql("unit_aliases")).fetchall()
    return {alias: (code, _inherited(units, code)) for alias, code in aliases}


def word(name: str) -> str:
    """Return a name in the form in which names are compared, as the macro catalogue_word does."""
    return one_line(name).lower()


def _inherited(units: dict[str, tuple[str | None, str | None]], code: str) -> str | None:
    """The calendar of a unit or of the nearest one above it; a circle of parents ends where it closes."""
    passed: set[str] = set()
    at: str | None = code
    while at in units and at not in passed:
        passed.add(at)
        calendar, at = units[at]
        if calendar:
            return one_line(calendar)
    return None


def _natural(version: str) -> list[tuple[bool, int, str]]:
    """A version as something to sort by: texts before numbers, numbers by their size."""
    parts = [part for part in _NUMBER.split(version) if part]
    return [(part.isdecimal(), int(part), part) if part.isdecimal() else (False, 0, part) for part in parts]
