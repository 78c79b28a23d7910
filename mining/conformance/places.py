"""Which units of the log may do the step of an approved unit: it, its parts, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def allowed_units(labels: Sequence[Mapping[str, Any]], units: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return a row per name of the log (`unit`, a label's code) and approved unit (`approved`) that go together.

    `labels` are rows of label and unit, `units` rows of code, parent and successor. A unit may do what was approved for
    itself, for the units it is part of, and for units that it or they succeeded, directly or not. An event that names
    the whole of which the approved unit is a part says less than it might, not something else.
    """
    parents = {one["code"]: one["parent"] for one in units}
    predecessors: dict[str, list[str]] = {}
    for one in units:
        if one["successor"]:
            predecessors.setdefault(one["successor"], []).append(one["code"])
    stood_for: dict[str, frozenset[str]] = {}
    rows: list[tuple[int, str]] = []
    for code in {one["unit"] for one in labels} | set(parents):
        stood_for[code] = _stood_for(code, parents, predecessors)
    parts: dict[str, set[str]] = {}
    for code, wholes in stood_for.items():
        for whole in wholes:
            parts.setdefault(whole, set()).add(code)
    for one in labels:
        rows += [(one["label"], approved) for approved in sorted(stood_for[one["unit"]] | parts[one["unit"]])]
    return pa.table(
        {
            "unit": pa.array([unit for unit, _ in rows], pa.int32()),
            "approved": pa.array([approved for _, approved in rows], pa.string()),
        }
    )


def _stood_for(
    code: str, parents: Mapping[str, str | None], predecessors: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """Follow parents and predecessors until nothing new comes up; circles in the catalogue end too."""
    found, waiting = {code}, [code]
    while waiting:
        one = waiting.pop()
        parent = parents.get(one)
        fresh = {*predecessors.get(one, ()), *([parent] if parent else [])} - found
        found |= fresh
        waiting += fresh
    return frozenset(found)
