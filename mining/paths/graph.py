"""The directly-follows graph: which activity is completed right after which, how often and how long after."""

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
class Elapsed:
    """Elapsed seconds, nights and holidays included; quantiles are interpolated linearly as numpy does."""

    mean: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` was completed right after `source`, `frequency` times; elapsed from one completion to the other."""

    source: str
    target: str
    frequency: int
    elapsed_seconds: Elapsed


@dataclass(frozen=True, slots=True)
class ActivityCount:
    """An activity and how often it occurred, or in how many dossiers."""

    activity: str
    frequency: int


@dataclass(frozen=True, slots=True)
class DirectlyFollowsGraph:
    """How the dossiers of a slice travel, the most frequent first, equals by name.

    `dossiers` counts those with a completed step: as many start as end. An activity occurs as often as edges reach
    it, plus its starts; the edges of a dossier add up to the time from its first completion to its last.
    """

    dossiers: int
    activities: tuple[ActivityCount, ...]
    start: tuple[ActivityCount, ...]
    end: tuple[ActivityCount, ...]
    edges: tuple[Edge, ...]


def directly_follows(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> DirectlyFollowsGraph:
    """Return the directly-follows graph of the completed steps of a slice."""
    values = {**scope(cursor, chosen), "by_procedure": False}
    return _graph(rows(cursor, "activity_counts", values), rows(cursor, "edges", values))


def directly_follows_by_procedure(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice
) -> defaultdict[str, DirectlyFollowsGraph]:
    """Return the directly-follows graph of each procedure of a slice; an empty one of a procedure not in it."""
    values = {**scope(cursor, chosen), "by_procedure": True}
    of = itemgetter("procedure")
    edges = {procedure: list(own) for procedure, own in groupby(rows(cursor, "edges", values), of)}
    graphs = {
        procedure: _graph(list(own), edges.get(procedure, []))
        for procedure, own in groupby(rows(cursor, "activity_counts", values), of)
    }
    return defaultdict(lambda: _graph([], []), graphs)


def _graph(counts: list[dict[str, Any]], edges: list[dict[str, Any]]) -> DirectlyFollowsGraph:
    start = _counts((row["activity"], row["started"]) for row in counts)
    return DirectlyFollowsGraph(
        dossiers=sum(one.frequency for one in start),
        activities=_counts((row["activity"], row["frequency"]) for row in counts),
        start=start,
        end=_counts((row["activity"], row["ended"]) for row in counts),
        edges=tuple(
            Edge(row["source"], row["target"], row["frequency"], Elapsed(row["mean"], row["median"], row["p90"]))
            for row in edges
        ),
    )


def _counts(pairs: Iterable[tuple[str, int]]) -> tuple[ActivityCount, ...]:
    counts = [ActivityCount(activity, frequency) for activity, frequency in pairs if frequency]
    return tuple(sorted(counts, key=lambda one: (-one.frequency, one.activity)))
