"""Keeps the derived tables (`mining/schema.sql`) equal to what the events say, dossier by dossier."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources

import duckdb

from mining.ask import rows, tell, transaction

VERSION = 2
"""Raise it with every change of what is derived: a store derived by another version is derived anew."""

PASS_EVENTS = 12_000_000
"""How many events are derived at a time, which bounds the memory: about 200 bytes an event."""

_STAGED = (
    "ordered_events",
    "paired_starts",
    "summed_dossiers",
    "fresh_cohorts",
    "fresh_dossiers",
    "fresh_paths",
    "clock_courses",
    "clock_fresh_spans",
    "clock_fresh_promises",
)
_REPLACED = (
    "delete_steps",
    "delete_dossiers",
    "clock_delete_spans",
    "clock_delete_promises",
    "clock_delete_clocks",
)
_KEPT = (
    "add_cohorts",
    "add_paths",
    "add_dossiers",
    "add_steps",
    "clock_add_spans",
    "clock_add_promises",
    "clock_add_clocks",
)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: new events taken up, dossiers derived, procedures whose findings may have changed."""

    events: int
    dossiers: int
    procedures: tuple[str, ...]
    watermark: int


def prepare(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create the derived tables where they are missing; those of another VERSION are emptied, to be derived anew."""
    schema = resources.files("mining").joinpath("schema.sql").read_text(encoding="utf-8")
    with transaction(cursor):
        cursor.execute(schema)
        if [row["version"] for row in rows(cursor, "watermark")] != [VERSION]:
            tell(cursor, "drop_derived")
            cursor.execute(schema)
            tell(cursor, "start_watermark", {"version": VERSION})


def watermark(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last event that is derived; 0: none."""
    return int(rows(cursor, "watermark")[0]["watermark"])


def dirty_procedures(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return how many procedures the events name that are not derived yet."""
    return int(rows(cursor, "dirty_procedures", {"watermark": watermark(cursor)})[0]["procedures"])


def refresh(cursor: duckdb.DuckDBPyConnection, *, pass_events: int = PASS_EVENTS) -> Refreshed:
    """Derive anew all dossiers that have events above the watermark, in one transaction.

    The caller sees to it that nobody else writes. Events are numbered from 1. Any error leaves everything as it
    was and is raised again.
    """
    mined = watermark(cursor)
    pending = rows(cursor, "pending_events", {"watermark": mined})[0]
    if not pending["events"]:
        return Refreshed(0, 0, (), mined)
    with _stages(cursor):
        tell(cursor, "fresh_labels", {"watermark": mined})
        passes = [] if mined == 0 and pending["events"] <= pass_events else _passes(cursor, mined, pass_events)
        # Before the transaction: what a transaction has written itself, DuckDB reads on one thread only.
        _stage(cursor, passes[0] if passes else None)
        with transaction(cursor):
            derived = _replace(cursor, passes)
            tell(cursor, "set_watermark", {"watermark": pending["latest"]})
    return Refreshed(pending["events"], sum(derived.values()), tuple(sorted(derived)), pending["latest"])


def _passes(cursor: duckdb.DuckDBPyConnection, mined: int, pass_events: int) -> list[dict[str, int]]:
    """Find the dossiers to derive; return the stretches of events in which to derive them, the oldest first."""
    tell(cursor, "touched_dossiers", {"watermark": mined, "pass_events": pass_events})
    return rows(cursor, "passes")


def _stage(cursor: duckdb.DuckDBPyConnection, stretch: dict[str, int] | None) -> None:
    """Derive the dossiers of a stretch of the events, or of all of them, into temporary tables."""
    if stretch is None:
        tell(cursor, "all_events")
    else:
        tell(cursor, "set_pass", stretch)
        tell(cursor, "pass_events")
    for name in _STAGED:
        tell(cursor, name)


def _replace(cursor: duckdb.DuckDBPyConnection, passes: list[dict[str, int]]) -> Counter[str]:
    """Put what is staged, and all further passes, in the place of what was; count the dossiers by procedure."""
    derived: Counter[str] = Counter()
    if passes:
        derived.update({row["procedure"]: 0 for row in rows(cursor, "old_procedures")})
        for name in _REPLACED:
            tell(cursor, name, {"first_event_no": passes[0]["first_event_no"]})
    tell(cursor, "add_labels")
    _keep(cursor, derived)
    for stretch in passes[1:]:
        _stage(cursor, stretch)
        _keep(cursor, derived)
    if passes:
        tell(cursor, "delete_paths")
    return derived


def _keep(cursor: duckdb.DuckDBPyConnection, derived: Counter[str]) -> None:
    """Keep what is staged, and count it."""
    for name in _KEPT:
        tell(cursor, name)
    derived.update({row["procedure"]: row["dossiers"] for row in rows(cursor, "fresh_procedures")})


@contextmanager
def _stages(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Remove the temporary tables in the end."""
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # of a store that failed for good; what failed first is raised
            tell(cursor, "drop_stages")
