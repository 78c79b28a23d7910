"""Reads the assumptions behind the compliance cost: JSON as `tinhgon city --assumptions` writes it, or TOML by hand."""

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from mining.savings import SavingsError
from mining.savings.money import Assumptions
from mining.savings.plan import Plan, PlannedProcedure, PlannedRun

_GUIDE = "docs/compliance-cost.md shows how the file is written"
_YEAR = re.compile(r"(19|20)\d{2}")
_MOST = Decimal(10) ** 12
_DECIMALS = 4
_LONGEST = 512
_RUN = ("hours", "travel", "copies", "consultant", "fees")
_DOSSIER = ("preparing_hours", "visit_hours", "travel_cost", "supplement_hours", "copies_cost", "fees")
_CHANNELS = ("counter", "online", "postal")


class PlanError(SavingsError):
    """Assumptions cannot be used; the message names the file, the key, the value, the limit and what to do."""


def load_plan(path: Path) -> Plan:
    """Read the assumptions of a file, exactly as they are written; raises PlanError.

    A name that ends in .toml is TOML, everything else JSON.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"{path} cannot be read ({error}); check the path, its rights and that it is UTF-8") from error
    given = _toml(path, text) if path.suffix.lower() == ".toml" else _json(path, text)
    try:
        return _plan(_Table(given, ""))
    except PlanError as error:
        raise PlanError(f"{path}: {error}; {_GUIDE}") from error


def _toml(path: Path, text: str) -> object:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path} is not TOML ({error}); correct that line; {_GUIDE}") from error


def _json(path: Path, text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"{path} is not JSON ({error}); correct it, or name a TOML file .toml; {_GUIDE}") from error


class _Table:
    """A table of the file and the key that leads to it; every value is asked for by its key."""

    def __init__(self, given: object, place: str) -> None:
        if not isinstance(given, Mapping):
            raise PlanError(f"key '{place or 'the file'}' = {_shown(given)}: write a table of keys and values")
        self._given: Mapping[str, Any] = given
        self._place = place

    def __contains__(self, key: str) -> bool:
        return key in self._given

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._given)

    def place(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def only(self, *known: str) -> None:
        """Refuse keys that nobody asks for: a misspelled one would pass silently."""
        for key in self._given:
            if key not in known:
                raise PlanError(f"key '{self.place(key)}' is not known; take it out or write one of {', '.join(known)}")

    def text(self, key: str) -> str:
        value = self._required(key)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= _LONGEST:
            raise PlanError(f"key '{self.place(key)}' = {_shown(value)}: write a text of 1 to {_LONGEST} characters")
        return value.strip()

    def number(self, key: str, *, above: int | None = None) -> Decimal:
        """Return a number of 0 or more, or more than `above`."""
        value = self._required(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise PlanError(f"key '{self.place(key)}' = {_shown(value)}: write a number without quotes, such as 48000")
        number = Decimal(value)
        if not number.is_finite() or number < 0 or number > _MOST or (above is not None and number <= above):
            least = "0" if above is None else f"more than {above}"
            raise PlanError(f"key '{self.place(key)}' = {_shown(value)}: it must be from {least} to {_MOST:,}")
        if number != round(number, _DECIMALS):
            raise PlanError(f"key '{self.place(key)}' = {value}: write at most {_DECIMALS} decimals")
        return number

    def table(self, key: str) -> "_Table":
        return _Table(self._required(key), self.place(key))

    def tables(self, key: str) -> list["_Table"]:
        value = self._required(key)
        if not isinstance(value, list):
            raise PlanError(f"key '{self.place(key)}' = {_shown(value)}: write a list of tables")
        return [_Table(one, f"{self.place(key)}[{number}]") for number, one in enumerate(value)]

    def _required(self, key: str) -> Any:
        if key not in self._given:
            raise PlanError(f"key '{self.place(key)}' is missing; write it")
        return self._given[key]


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _plan(given: _Table) -> Plan:
    given.only("source", "income_per_hour", "income_year", "dossier", "procedures")
    said: dict[str, Any] = {"source": given.text("source")}
    if "income_per_hour" in given:
        said["income_per_hour"] = _incomes(given.table("income_per_hour"))
    if "dossier" in given:
        said |= _dossier(given.table("dossier"))
    procedures = [_procedure(one) for one in given.tables("procedures")] if "procedures" in given else []
    seen: set[str] = set()
    for number, one in enumerate(procedures):
        if one.procedure.upper() in seen:
            raise PlanError(f"key 'procedures[{number}].procedure' = '{one.procedure}' is there twice; take one out")
        seen.add(one.procedure.upper())
    assumed, year = Assumptions(**said), _income_year(given)
    return Plan(assumed=assumed, income_year=year, procedures=tuple(procedures), given=True)


def _incomes(given: _Table) -> dict[int, Decimal]:
    for year in given.keys:
        if not _YEAR.fullmatch(year):
            raise PlanError(f"key '{given.place(year)}': '{year}' is no year; write one from 1900 to 2099")
    if not given.keys:
        raise PlanError(f"key '{given.place('2024')}' is missing; give the income per hour of at least one year")
    return {int(year): given.number(year, above=0) for year in given.keys}


def _income_year(given: _Table) -> int | None:
    if "income_year" not in given:
        return None
    year = given.number("income_year")
    if not _YEAR.fullmatch(str(year)):
        raise PlanError(f"key 'income_year' = {year}: write a year from 1900 to 2099")
    return int(year)


def _dossier(given: _Table) -> dict[str, Any]:
    given.only(*_DOSSIER, "visits")
    said: dict[str, Any] = {key: given.number(key) for key in _DOSSIER if key in given}
    if "visits" in given:
        visits = given.table("visits")
        visits.only(*_CHANNELS)
        said["visits"] = {channel: visits.number(channel) for channel in _CHANNELS}
    return said


def _procedure(given: _Table) -> PlannedProcedure:
    given.only("procedure", "runs_a_year", "subjects_a_year", "before", "after")
    if ("before" in given) != ("after" in given):
        missing = "after" if "before" in given else "before"
        raise PlanError(
            f"key '{given.place(missing)}' is missing; write the cost of a run before and after, or neither"
        )
    said: dict[str, Any] = {key: given.number(key) for key in ("runs_a_year", "subjects_a_year") if key in given}
    said |= {key: _run(given.table(key)) for key in ("before", "after") if key in given}
    return PlannedProcedure(procedure=given.text("procedure"), **said)


def _run(given: _Table) -> PlannedRun:
    given.only(*_RUN)
    given.number("hours")
    return PlannedRun(**{key: given.number(key) for key in _RUN if key in given})
