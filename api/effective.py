"""Which settings are in force and where each comes from; and variables that look like settings but are none."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from rapidfuzz import fuzz, process

from api.settings import Settings

PREFIX = "TINHGON_"
MASK = "********"
_OURS = ("TINHGON_TEST_",)
"""Variables of the tests are no settings of the service, and no mistakes either."""
_LEAST_ALIKE = 60

Shown = str | int | float | None


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting in force: its variable, its value (a secret is masked), and whether somebody set it."""

    variable: str
    value: Shown
    source: Literal["default", "environment"]
    description: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable that is no setting, and the setting whose name is most like it, if one is at all."""

    variable: str
    nearest: str | None

    def __str__(self) -> str:
        meant = f"; did you mean {self.nearest}?" if self.nearest else "; tinhgon config lists all settings"
        return f"{self.variable} is no setting and is ignored{meant}"


def effective(settings: Settings) -> tuple[Effective, ...]:
    """Return all settings in the order of their class."""
    return tuple(
        Effective(
            variable(name),
            _shown(getattr(settings, name)),
            "environment" if name in settings.model_fields_set else "default",
            field.description or "",
        )
        for name, field in type(settings).model_fields.items()
    )


def unknown(environment: Iterable[str]) -> tuple[Unknown, ...]:
    """Return the variables of an environment that begin like a setting but are none, by name."""
    known = [variable(name) for name in Settings.model_fields]
    strange = (one for one in environment if one.upper().startswith(PREFIX) and one.upper() not in known)
    return tuple(Unknown(one, _nearest(one, known)) for one in sorted(strange) if not one.upper().startswith(_OURS))


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _nearest(strange: str, known: Iterable[str]) -> str | None:
    words = {one: one.removeprefix(PREFIX) for one in known}
    found = process.extractOne(
        strange.upper().removeprefix(PREFIX), words, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE
    )
    return found[2] if found else None


def _shown(value: object) -> Shown:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Path):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
