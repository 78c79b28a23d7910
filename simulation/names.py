"""What things are called: procedures by field, their codes, tasks of steps, case variants. The words are data."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
import numpy as np

from simulation.city import StepKind
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import HandlingLevel, Section, Text

_SERIES = ("1", "2", "3")
_SERIES_SHARES = (0.72, 0.24, 0.04)
_HIGHEST_NUMBER = 13_999
"""Codes in use run to about 1.013999; numbers are drawn below."""


class Template(Section, frozen=True, kw_only=True):
    """Names of one level: any action with any object and any qualifier makes sense."""

    level: HandlingLevel
    actions: tuple[Text, ...]
    objects: tuple[Text, ...]
    qualifiers: tuple[str, ...]


class FieldWords(Section, frozen=True, kw_only=True):
    """The words of a field: usual names of its popular procedures (level, name), and templates for the others."""

    name: Text
    popular: tuple[tuple[HandlingLevel, Text], ...]
    templates: tuple[Template, ...]


class ProcedureName(msgspec.Struct, frozen=True):
    """A procedure by its level and name."""

    level: HandlingLevel
    name: str


@cache
def field_words() -> dict[str, FieldWords]:
    """Return the words of every field by its name."""
    return {one.name: one for one in msgspec.convert(_words("fields")["fields"], tuple[FieldWords, ...])}


@cache
def case_variants() -> tuple[tuple[str, ...], ...]:
    """Return sets of case variants that go together, the most frequent first in each."""
    return msgspec.convert(_words("fields")["cases"], tuple[tuple[str, ...], ...])


@cache
def all_names(field: str) -> tuple[ProcedureName, ...]:
    """Return every name that a field can give, the popular ones first; raises ScenarioError for an unknown field."""
    words = field_words().get(field)
    if words is None:
        raise ScenarioError(
            f"the field '{field}' has no words to name procedures with; use one of {', '.join(sorted(field_words()))}"
        )
    names = [ProcedureName(level, name) for level, name in words.popular]
    for template in words.templates:
        names += [
            ProcedureName(template.level, " ".join(filter(None, (action, thing, qualifier))))
            for thing in template.objects
            for action in template.actions
            for qualifier in template.qualifiers
        ]
    return tuple(dict.fromkeys(names))


def draw_names(
    field: str, count: int, levels: Sequence[HandlingLevel], rng: np.random.Generator
) -> tuple[ProcedureName, ...]:
    """Return `count` names of a field at the given levels: the popular ones first, then others by chance."""
    popular = len(field_words()[field].popular)
    names = all_names(field)
    usual = [one for one in names[:popular] if one.level in levels]
    others = [one for one in names[popular:] if one.level in levels]
    if count <= len(usual):
        return tuple(usual[:count])
    drawn = rng.permutation(len(others))[: count - len(usual)]
    return (*usual, *(others[index] for index in drawn))


def draw_codes(count: int, owner: str, taken: frozenset[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Return `count` different procedure codes such as `1.001193.H29`; `taken` are national parts not to be used."""
    codes: list[str] = []
    numbers = iter(rng.permutation(_HIGHEST_NUMBER).tolist())
    series = rng.choice(len(_SERIES), size=_HIGHEST_NUMBER, p=_SERIES_SHARES).tolist()
    while len(codes) < count:
        number = next(numbers, None)
        if number is None:
            raise ScenarioError(f"there are only {_HIGHEST_NUMBER} codes for procedures, and {count} are wanted")
        national = f"{_SERIES[series[number]]}.{number + 1:06}"
        if national not in taken:
            codes.append(f"{national}.{owner}")
    return tuple(codes)


def task_name(kind: StepKind, level: HandlingLevel, *, agency: str | None, rng: np.random.Generator) -> str:
    """Return a name for a step; `agency` is the one that is asked, where the step asks one."""
    names = _words("tasks")[kind][level]
    name: str = names[int(rng.integers(len(names)))]
    return name.replace("{agency}", agency or "cơ quan phối hợp")


def task_result(kind: StepKind) -> str:
    """Return what a step of a kind leaves behind."""
    result: str = _words("tasks")[kind]["result"]
    return result


@cache
def _words(file: str) -> dict[str, Any]:
    text = resources.files("simulation").joinpath("words", f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
