"""The thresholds of rules, integrity and opportunities, and the one TOML file in which they are changed.

What a threshold means stands with its class; docs/settings.md lists all of them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from mining import MiningError
from mining.integrity.question import IntegritySettings
from mining.opportunities.settings import Settings as OpportunitySettings
from mining.rules.book import RuleSettings

Value = bool | int | float | str | list[str] | list[float]
"""A threshold as the file writes it."""

_GUIDE = "docs/settings.md lists all thresholds"
_LONGEST = 200
_MOST_WORDS = 200


class ThresholdError(MiningError):
    """Thresholds cannot be used; the message names the file, the key, the value, and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on something is worth telling, for each kind of finding; those of the program unless changed."""

    rules: RuleSettings = field(default_factory=RuleSettings)
    integrity: IntegritySettings = field(default_factory=IntegritySettings)
    opportunities: OpportunitySettings = field(default_factory=OpportunitySettings)


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a threshold may be: from `least` to `most`; `inside` where these two are not among them."""

    least: float
    most: float
    inside: bool = False

    def __contains__(self, value: float) -> bool:
        return self.least < value < self.most if self.inside else self.least <= value <= self.most

    def __str__(self) -> str:
        words = "more than {:,} and less than {:,}" if self.inside else "from {:,} to {:,}"
        return words.format(self.least, self.most)


_SHARE = Range(0, 1, inside=True)
_HOURS = Range(0, 10_000)
_DOSSIERS = Range(1, 1_000_000)

RANGES: Mapping[str, Range] = {
    "rules.acceptance_hours": Range(0.01, 1_000),
    "rules.most_supplements": Range(0, 100),
    "integrity.swift_seconds": Range(1, 86_400),
    "integrity.least_steps": Range(1, 1_000),
    "integrity.window_hours": Range(0.1, 8),
    "integrity.arrival.late_hours": _HOURS,
    "integrity.arrival.times_usual": Range(1, 1_000),
    "integrity.arrival.between": Range(0, 1_000_000),
    "integrity.late_share": _SHARE,
    "integrity.least_chance": _SHARE,
    "integrity.least_dossiers": _DOSSIERS,
    "integrity.false_discovery_rate": _SHARE,
    "opportunities.most_false": _SHARE,
    "opportunities.least_hours": Range(0, 1_000_000),
    "opportunities.limit_on_time": _SHARE,
    "opportunities.limit_cut": _SHARE,
    "opportunities.batching_hours": _HOURS,
    "opportunities.contention_load": _SHARE,
    "opportunities.overtaken_share": _SHARE,
    "opportunities.absence_hours": _HOURS,
    "opportunities.agency_hours": _HOURS,
    "opportunities.supplement_share": _SHARE,
    "opportunities.return_share": _SHARE,
    "opportunities.refusals": _SHARE,
    "opportunities.knocked_out": _SHARE,
    "opportunities.least_pairs": _DOSSIERS,
    "opportunities.channel_ratio": _SHARE,
    "opportunities.copied_share": _SHARE,
    "opportunities.copy_minutes": Range(0, 1_440),
    "opportunities.signing_hours": _HOURS,
    "opportunities.return_hours": _HOURS,
    "opportunities.bootstrap.replicates": Range(100, 100_000),
    "opportunities.bootstrap.seed": Range(0, 2**31 - 1),
    "opportunities.bootstrap.least_clusters": Range(2, 1_000),
}
"""What every number may be."""


def load_thresholds(path: Path) -> Thresholds:
    """Read the thresholds of a TOML file: tables [rules], [integrity], [opportunities]; what is left out stays.

    Raises ThresholdError.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThresholdError(f"{path} cannot be read: {error}; check the path, its rights and that it is UTF-8") from (
            error
        )
    except tomllib.TOMLDecodeError as error:
        raise ThresholdError(f"{path} is not TOML ({error}); correct that line; {_GUIDE}") from error
    try:
        found: Thresholds = _changed(Thresholds(), given, "")
    except ThresholdError as error:
        raise ThresholdError(f"{path}: {error}; {_GUIDE}") from error
    return found


def stated(thresholds: Thresholds) -> Mapping[str, Value]:
    """Return every threshold by its key, such as `rules.acceptance_hours`, in the order of the classes."""
    return dict(_stated(thresholds, ""))


def _stated(value: Any, place: str) -> Iterator[tuple[str, Value]]:
    for one in fields(value):
        inner, key = getattr(value, one.name), _key(place, one.name)
        if is_dataclass(inner):
            yield from _stated(inner, key)
        else:
            yield key, _plain(inner)


def _plain(value: Any) -> Value:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _changed(before: Any, given: object, place: str) -> Any:
    """Return thresholds with what a table says; each key is put in alone, so that an error is about that key."""
    if not isinstance(given, Mapping):
        raise ThresholdError(f"key '{place}' = {_shown(given)}: write a table, [{place}] and below it its keys")
    known = [one.name for one in fields(before)]
    changed = before
    for name, value in given.items():
        key = _key(place, name)
        if name not in known:
            raise ThresholdError(f"key '{key}' is not known; take it out or write one of {', '.join(known)}")
        changes: dict[str, Any] = {name: _read(getattr(before, name), value, key)}
        try:
            changed = replace(changed, **changes)
        except ThresholdError:
            raise
        except MiningError as error:
            raise ThresholdError(f"key '{key}' = {_shown(value)}: {error}") from error
    return changed


def _read(before: Any, given: object, key: str) -> Any:
    """Return a value of the same kind as that which it replaces."""
    if is_dataclass(before) and not isinstance(before, type):
        return _changed(before, given, key)
    if isinstance(before, int | float):
        return _number(before, given, key)
    if isinstance(before, frozenset):
        return frozenset(_texts(given, key))
    if isinstance(before, str):
        return given
    if key in RANGES:
        return _pair(before, given, key)
    return _texts(given, key)


def _number(before: float, given: object, key: str) -> float:
    allowed = RANGES[key]
    if isinstance(before, int) and (not isinstance(given, int) or isinstance(given, bool)):
        raise ThresholdError(f"key '{key}' = {_shown(given)}: write a whole number {allowed}")
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ThresholdError(f"key '{key}' = {_shown(given)}: write a number {allowed}, without quotes")
    if not isfinite(given) or given not in allowed:
        raise ThresholdError(f"key '{key}' = {given}: it must be {allowed}")
    return type(before)(given)


def _pair(before: tuple[float, ...], given: object, key: str) -> tuple[float, ...]:
    if not isinstance(given, list) or len(given) != len(before):
        raise ThresholdError(f"key '{key}' = {_shown(given)}: write {len(before)} numbers in brackets, {list(before)}")
    return tuple(_number(one, value, key) for one, value in zip(before, given, strict=True))


def _texts(given: object, key: str) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > _MOST_WORDS:
        raise ThresholdError(
            f"key '{key}' = {_shown(given)}: write a list of at most {_MOST_WORDS} texts in brackets, such as [\"ký\"]"
        )
    for one in given:
        if not isinstance(one, str) or not 0 < len(one.strip()) <= _LONGEST:
            raise ThresholdError(f"key '{key}' has {_shown(one)}: write a text of 1 to {_LONGEST} characters")
    return tuple(one.strip() for one in given)


def _key(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
