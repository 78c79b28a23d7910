"""Reads scenario files: TOML, shipped by name or anybody's by path, each of which may extend another."""

import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from simulation import SimulationError
from simulation.scenario import Scenario

_FOLDER = "scenarios"
_SUFFIX = ".toml"
_GUIDE = "docs/city.md explains every key"
_PLACE = re.compile(r"^(?P<fault>.*?)(?: - at `(?P<path>(?:key in )?\$.*?)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_LIMITS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_LIMIT = re.compile(r"Expected `(?P<type>\w+)` (?P<sign><=|>=|<|>) (?P<limit>\S+)")

Table = dict[str, Any]


class ScenarioError(SimulationError):
    """A scenario cannot be used; the message names the file, the key, the value and what to do."""


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the program, sorted."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def load_scenario(which: str, *, clean: bool = False) -> Scenario:
    """Return a shipped scenario by its name, or that of a TOML file by its path; raises ScenarioError.

    `clean` leaves out every planted problem, whatever the file says.
    """
    table = _merged(_find(which, base=None), seen=())
    table.setdefault("name", Path(which).name.removesuffix(_SUFFIX))
    if clean:
        table["clean"] = True
    return _converted(table, which)


def _folder() -> Traversable:
    return resources.files("simulation").joinpath(_FOLDER)


def _find(which: str, *, base: Traversable | None) -> Traversable:
    """Return the file of a scenario; a path is relative to the folder of the file that names it, `base`."""
    if which in shipped():
        return _folder().joinpath(which + _SUFFIX)
    path = Path(which)
    if isinstance(base, Path):
        path = base.parent / path
    if path.is_file():
        return path
    raise ScenarioError(
        f"there is no scenario '{which}': it is neither a file nor one of {', '.join(shipped())}; correct the name"
    )


def _merged(file: Traversable, *, seen: tuple[str, ...]) -> Table:
    """Return the table of a file over that of the one it extends."""
    place = str(file)
    if place in seen:
        raise ScenarioError(f"{file.name} extends itself in the end; take `extends` out of one of the files")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file.name} is not TOML ({error}); correct that line") from error
    except OSError as error:
        raise ScenarioError(f"{file.name} cannot be read ({error.strerror}); check the path and its rights") from error
    name = table.pop("extends", None)
    table.pop("name", None)
    if name is None:
        return table
    if not isinstance(name, str):
        raise ScenarioError(f"{file.name}: key 'extends' is {name!r}; write the name or the path of one scenario")
    return _over(_merged(_find(name, base=file), seen=(*seen, place)), table)


def _over(below: Table, above: Table) -> Table:
    """Return `below` with the values of `above`; tables are merged key by key, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _converted(table: Table, which: str) -> Scenario:
    try:
        return msgspec.convert(table, Scenario)
    except msgspec.ValidationError as error:
        raise ScenarioError(f"scenario {which}: {_explained(str(error), table)}; {_GUIDE}") from error


def _explained(message: str, table: Table) -> str:
    """Say what is wrong in words: the key as it is written in the file, its value, and the limit."""
    found = _PLACE.match(message)
    fault = found["fault"] if found else message
    path = (found["path"] if found else None) or "$"
    key = path.removeprefix("key in ").removeprefix("$").removeprefix(".").replace("[...]", "[]")
    if unknown := _UNKNOWN.match(fault):
        return f"key '{_joined(key, unknown[1])}' is not known; take it out or correct its name"
    if missing := _MISSING.match(fault):
        return f"key '{_joined(key, missing[1])}' is missing; write it, or extend a scenario that has it"
    value = _value(table, key)
    limit = _LIMIT.match(fault)
    if limit:
        fault = f"it must be {_LIMITS[limit['sign']]} {float(limit['limit']):g}"
    shown = f" = {value!r}" if value is not None and not isinstance(value, dict) else ""
    return f"key '{key}'{shown}: {fault[:1].lower()}{fault[1:]}" if key else fault


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _value(table: Table, key: str) -> Any:
    """Return the value under a dotted key with indices such as `fields[2].name`; None where there is none."""
    found: Any = table
    for part in re.findall(r"[^.\[\]]+|\[\d*\]", key):
        if part.startswith("["):
            index = part[1:-1]
            found = found[int(index)] if index and isinstance(found, list) and int(index) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return found
