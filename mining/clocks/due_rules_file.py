"""Reads the rules by which due dates are computed from a TOML file: a table for all, and one for each owner."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import time
from pathlib import Path
from typing import Any

from mining.clocks.due_rules import OWNER, DueError, DueRules, OwnedRules

_GUIDE = "docs/clocks.md shows how the file is written"
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEYS = tuple(one.name for one in fields(DueRules))


def load_due_rules(path: Path) -> OwnedRules:
    """Read the rules of a file: `[default]`, and `[owner.H29]` for what differs there; both may be left out.

    Raises DueError, which names the file, the key and the value.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DueError(f"{path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise DueError(f"{path}: this is no valid TOML: {error}; {_GUIDE}") from error
    try:
        return _rules(given)
    except DueError as error:
        raise DueError(f"{path}: {error}") from error


def _rules(given: Mapping[str, Any]) -> OwnedRules:
    for name in given:
        if name not in ("default", "owner"):
            raise DueError(f"{name}: there is no such table; write [default] or [owner.H29]; {_GUIDE}")
    default = _changed(DueRules(), given.get("default", {}), "default")
    owners = _table(given.get("owner", {}), "owner")
    for owner in owners:
        if not OWNER.fullmatch(owner):
            raise DueError(f"owner.{owner}: this is no code of a province or ministry; write it like H29")
    return OwnedRules(default, {owner: _changed(default, rules, f"owner.{owner}") for owner, rules in owners.items()})


def _changed(rules: DueRules, given: object, place: str) -> DueRules:
    """Return rules with what a table says; what it leaves out stays."""
    for key, value in _table(given, place).items():
        if key not in _KEYS:
            raise DueError(f"{place}.{key}: there is no such rule; write {', '.join(_KEYS)}")
        try:
            change: dict[str, Any] = {key: _cutoff(value) if key == "cutoff" else value}
            rules = replace(rules, **change)
        except DueError as error:
            raise DueError(f"{place}.{key}: {error}") from error
    return rules


def _table(given: object, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise DueError(f"{place}: {given!r} is no table; write [{place}] and below it the rules")
    return given


def _cutoff(value: object) -> time | None:
    """Read a time of day; `none` takes back what [default] says."""
    if value == "none":
        return None
    if isinstance(value, time):  # TOML has times of day of its own
        return value
    if isinstance(value, str) and _TIME_OF_DAY.fullmatch(value):
        return time.fromisoformat(value)
    raise DueError(f'\'{value}\' is no time of day; write it like "15:00", or "none"')
