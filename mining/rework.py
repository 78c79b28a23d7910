"""Rework: activities that are done again within a dossier."""

from dataclasses import dataclass

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
    found = rows(cursor, "rework", scope(cursor, chosen))
    return tuple(Rework(row["activity"], row["dossiers"], row["repetitions"]) for row in found)
