"""Rework: activities that are done again within a dossier."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from mining.ask import rows
from mining.slice import Slice, scope


@dataclass(frozen=True, slots=True)
class Rework:
    """An activity, in how many dossiers it is repeated, and how often in all: its completions beyond the first."""

    activity: str
    dossiers: int
    repetitions: int


def rework(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> tuple[Rework, ...]:
    """Return the repeated activities of a slice, the most repetitions first, equals by name."""
    return _rework(rows(cursor, "rework", {**scope(cursor, chosen), "by_procedure": False}))


def rework_by_procedure(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> defaultdict[str, tuple[Rework, ...]]:
    """Return the repeated activities of each procedure of a slice."""
    found = rows(cursor, "rework", {**scope(cursor, chosen), "by_procedure": True})
    grouped = groupby(found, itemgetter("procedure"))
    return defaultdict(tuple, {procedure: _rework(own) for procedure, own in grouped})


def _rework(found: Iterable[dict[str, Any]]) -> tuple[Rework, ...]:
    return tuple(Rework(row["activity"], row["dossiers"], row["repetitions"]) for row in found)
