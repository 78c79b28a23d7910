"""Variants: the distinct sequences of activities that dossiers take."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from mining import MiningError
from mining.ask import rows
from mining.slice import Slice, scope

_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Variant:
    """A sequence of activities, how many dossiers take it, and their share (0 to 1) of the dossiers of the slice."""

    activities: tuple[str, ...]
    frequency: int
    share: float


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants of a slice, the most frequent first, equals by name; `total` counts also those left out."""

    dossiers: int
    total: int
    variants: tuple[Variant, ...]


def variants(cursor: duckdb.DuckDBPyConnection, chosen: Slice, *, limit: int | None = None) -> Variants:
    """Return the variants of the dossiers with a completed step, at most `limit` (1 or more) of them."""
    if limit is not None and limit < 1:
        raise MiningError(f"the number of variants is {limit}; ask for at least 1")
    values = {**scope(cursor, chosen), "by_procedure": False, "most": limit or _ALL}
    return _variants(rows(cursor, "variants", values))


def variants_by_procedure(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> defaultdict[str, Variants]:
    """Return the variants of each procedure of a slice; none of a procedure that is not in it."""
    values = {**scope(cursor, chosen), "by_procedure": True, "most": _ALL}
    grouped = groupby(rows(cursor, "variants", values), itemgetter("procedure"))
    return defaultdict(lambda: _variants([]), {procedure: _variants(list(found)) for procedure, found in grouped})


def _variants(found: list[dict[str, Any]]) -> Variants:
    return Variants(
        dossiers=found[0]["dossiers"] if found else 0,
        total=found[0]["variants"] if found else 0,
        variants=tuple(
            Variant(tuple(row["activities"]), row["frequency"], row["frequency"] / row["dossiers"]) for row in found
        ),
    )
