"""Keeps the derived tables (`mining/schema.sql`) equal to what the events say, dossier by dossier."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources

import duckdb

from mining.ask import rows, tell

VERSION = 2
"""Raise it with every change of what is derived: a store derived by another version is derived anew."""

PASS_EVENTS = 12_000_000
"""How many events are derived at a time, which bounds the memory: about 200 bytes an event."""

_PASS = (
    "ordered_events",
    "paired_starts",
    "summed_dossiers",
    "add_cohorts",
    "fresh_dossiers",
    "fresh_paths",
    "add_paths",
    "add_dossiers",
    "add_steps",
    "clock_courses",
    "clock_fresh_spans",
    "clock_add_spans",
    "clock_fresh_promises",
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
    with _transaction(cursor):
        cursor.execute(schema)
        if [row["version"] for row in rows(cursor, "watermark")] != [VERSION]:
            tell(cursor, "drop_derived")
            cursor.execute(schema)
            tell(cursor, "start_watermark", {"version": VERSION})


def refresh(cursor: duckdb.DuckDBPyConnection, *, pass_events: int = PASS_EVENTS) -> Refreshed:
    """Derive anew all dossiers that have events above the watermark, in one transaction.

    The caller sees to it that nobody else writes. Events are numbered from 1. Any error leaves everything as it
    was and is raised again.
    """
    with _transaction(cursor):
        watermark = rows(cursor, "watermark")[0]["watermark"]
        pending = rows(cursor, "pending_events", {"watermark": watermark})[0]
        if not pending["events"]:
            return Refreshed(0, 0, (), watermark)
        tell(cursor, "add_labels", {"watermark": watermark})
        if watermark == 0 and pending["events"] <= pass_events:
            tell(cursor, "all_events")
            derived = _derive(cursor)
        else:
            derived = _derive_touched(cursor, watermark, pass_events)
        tell(cursor, "set_watermark", {"watermark": pending["latest"]})
        tell(cursor, "drop_stages")
    return Refreshed(pending["events"], sum(derived.values()), tuple(sorted(derived)), pending["latest"])


def _derive_touched(cursor: duckdb.DuckDBPyConnection, watermark: int, pass_events: int) -> dict[str, int]:
    tell(cursor, "touched_dossiers", {"watermark": watermark, "pass_events": pass_events})
    derived = {row["procedure"]: 0 for row in rows(cursor, "old_procedures")}
    stretches = rows(cursor, "passes")
    oldest = {"first_event_no": stretches[0]["first_event_no"]}
    tell(cursor, "delete_steps", oldest)
    tell(cursor, "delete_dossiers", oldest)
    tell(cursor, "clock_delete_spans", oldest)
    tell(cursor, "clock_delete_promises", oldest)
    tell(cursor, "clock_delete_clocks", oldest)
    for stretch in stretches:
        tell(cursor, "set_pass", stretch)
        tell(cursor, "pass_events")
        for procedure, dossiers in _derive(cursor).items():
            derived[procedure] = derived.get(procedure, 0) + dossiers
    tell(cursor, "delete_paths")
    return derived


def _derive(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Derive the dossiers of the view `fresh`; return how many there are of each procedure."""
    for name in _PASS:
        tell(cursor, name)
    return {row["procedure"]: row["dossiers"] for row in rows(cursor, "fresh_procedures")}


@contextmanager
def _transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    cursor.execute("BEGIN")
    try:
        yield
        cursor.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a failed COMMIT has already rolled back
            cursor.execute("ROLLBACK")
        raise
