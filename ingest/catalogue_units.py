"""Whether the units that a catalogue file refers to are there."""

import difflib
from collections.abc import Iterable, Sequence

from ingest.catalogue import Process, Unit
from ingest.catalogue_rows import Placed, RowReader


def check_units(placed: Sequence[Placed], known: Iterable[str]) -> list[str]:
    """Note, at their rows, references to units that are not there; return notes on those that may be missing.

    `known` is what the units known elsewhere are called, in lower case. A successor must be known; the unit of a step
    only where any unit is, because a process may be loaded before the units are; a parent need not be.
    """
    units = [(one.entry, one.rows[0]) for one in placed if isinstance(one.entry, Unit)]
    named = {*known, *(name.lower() for unit, _row in units for name in (unit.code, unit.name, *unit.former_codes))}
    for one in placed:
        if named and isinstance(one.entry, Process):
            for step, row in zip(one.entry.steps, one.rows, strict=True):
                _require(row, "unit", step.unit, named)
    successors = {unit.code: unit.successor for unit, _row in units if unit.successor}
    notes = []
    for unit, row in units:
        _require(row, "successor", unit.successor, named)
        if _returns(unit.code, successors):
            row.fault("successor", f"the units that succeed {unit.code} lead back to it")
        if unit.parent and unit.parent.lower() not in named:
            notes.append(f"{row.place.place}: the parent '{unit.parent}' is no known unit")
    return notes


def _require(row: RowReader, field: str, name: str | None, named: set[str]) -> None:
    if name is None or name.lower() in named:
        return
    alike = difflib.get_close_matches(name.lower(), named, n=1, cutoff=0.75)
    hint = f"; did you mean '{alike[0]}'?" if alike else ""
    row.fault(field, f"'{name}' is the code or the name of no known unit{hint}")


def _returns(code: str, successors: dict[str, str]) -> bool:
    passed = {code}
    following = successors.get(code)
    while following is not None and following not in passed:
        passed.add(following)
        following = successors.get(following)
    return following == code
