"""How due dates are computed: the rules of a province, and whose rules hold for which dossier."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mining import MiningError

OWNER = re.compile(r"[GH][0-9]{2}")
"""How the code of a province or ministry is written, `H29`."""

_OF_PROCEDURE = re.compile(r"[1-9]\.[0-9]{6}(?:\.000\.00\.00)?\.([GH][0-9]{2})")


class DueError(MiningError):
    """A due date cannot be computed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRules:
    """How a province computes due dates.

    An intake after `cutoff` (local time of day) counts from the next working day. `policy` is about stops of the
    clock, `calendar_days` about limits in calendar days. Raises DueError for a rule that is not known.
    """

    policy: Literal["extend", "restart"] = "extend"
    cutoff: time | None = None
    calendar_days: Literal["civil_code", "time_of_day"] = "civil_code"

    def __post_init__(self) -> None:
        if self.policy not in ("extend", "restart"):
            raise DueError(f"the policy '{self.policy}' is not known; write extend or restart")
        if self.calendar_days not in ("civil_code", "time_of_day"):
            raise DueError(
                f"the rule '{self.calendar_days}' for calendar days is not known; write civil_code or time_of_day"
            )


def owner_of(procedure: str | None, unit: str | None) -> str | None:
    """Return the owner of a dossier: that in the code of its procedure (`1.001193.H29`), else in that of its unit.

    A unit's code begins with its owner (`H29.1.2`) or, in the older form, ends with it (`000.18.29.H29`).
    """
    return _owner_of_procedure(procedure) or _owner_of_unit(unit)


@dataclass(frozen=True, slots=True)
class OwnedRules:
    """The rules of each owner by its code, and the `default` for the others."""

    default: DueRules = DueRules()
    of_owner: Mapping[str, DueRules] = field(default_factory=dict)

    def of(self, owner: str | None) -> DueRules:
        """Return the rules that hold for the dossiers of an owner."""
        return self.of_owner.get(owner, self.default) if owner is not None else self.default

    def numbered(
        self, procedures: pa.ChunkedArray, units: pa.ChunkedArray
    ) -> list[tuple[DueRules, npt.NDArray[np.bool_]]]:
        """Return each set of rules that is needed for columns of procedures and units, with the mask of its rows."""
        known = list(dict.fromkeys([self.default, *self.of_owner.values()]))
        if len(known) == 1:
            return [(self.default, np.ones(len(procedures), np.bool_))]
        places = {owner: known.index(rules) for owner, rules in self.of_owner.items()}
        by_procedure = _placed(procedures, _owner_of_procedure, places)
        numbers = np.where(by_procedure < 0, _placed(units, _owner_of_unit, places), by_procedure)
        numbers = np.maximum(numbers, 0)
        return [(known[number], numbers == number) for number in np.unique(numbers)]


def _placed(
    codes: pa.ChunkedArray, owner: Callable[[str | None], str | None], places: Mapping[str, int]
) -> npt.NDArray[np.int64]:
    """Return the place of the rules of each code's owner, 0 for an owner without rules of its own, -1 for no owner."""
    coded = codes.combine_chunks().dictionary_encode("encode")
    owners = [owner(code) for code in coded.dictionary.to_pylist()]
    found = np.array([-1 if one is None else places.get(one, 0) for one in owners], np.int64)
    return found[np.asarray(coded.indices)] if len(codes) else np.empty(0, np.int64)


def _owner_of_procedure(code: str | None) -> str | None:
    matched = _OF_PROCEDURE.fullmatch((code or "").strip().upper())
    return matched[1] if matched else None


def _owner_of_unit(code: str | None) -> str | None:
    parts = (code or "").strip().upper().split(".")
    return next((part for part in (parts[0], parts[-1]) if OWNER.fullmatch(part)), None)
