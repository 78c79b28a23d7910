"""Due dates from the limit of the approved process: computed beside what was promised.

When a term ends is decided in `mining/clocks/terms.py`, by whose rules in `mining/clocks/due_rules.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.ask import ask, rows
from mining.clocks.clock import Calendars, DossierClock, instants_us, microseconds
from mining.clocks.due_rules import DueError, DueRules, OwnedRules, owner_of
from mining.clocks.terms import Limits, Stops, Terms
from mining.slice import Slice, scope
from mining.working_time.openings import Microseconds

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedDue:
    """The computed due date of a dossier (UTC) and what it rests on: the limit, the process that says it, the rules.

    `due_at` is None where it cannot be computed, and `problem` says why.
    """

    due_at: datetime | None
    problem: str | None
    process_version: str
    decision: str
    limit_amount: float
    limit_unit: str
    owner: str | None
    rules: DueRules
    calendar_version: str


def due_dates(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice, calendars: Calendars, rules: OwnedRules, as_of: datetime
) -> pa.Table:
    """Return the computed due dates of the accepted dossiers of a slice that an approved process is in force for.

    Columns: dossier (text), process_key, limit_amount, limit_unit, computed_due_at (UTC); by dossier. A stop that goes
    on moves the date up to `as_of`. Needs the tables of `ingest/catalogue.sql`.
    """
    bound = ask(cursor, "due_limits", scope(cursor, chosen))
    try:
        due = _ends(bound, stops_of(cursor, chosen, bound["dossier"], as_of), calendars, rules)
    except DueError as error:
        longest = bound.sort_by([("limit_amount", "descending")]).slice(0, 1).to_pylist()[0]
        greatest = f"{longest['limit_amount']:g} {longest['limit_unit']} of {longest['process_key']}"
        raise DueError(f"{error} (the greatest limit is {greatest})") from error
    named = bound.select(["dossier", "process_key", "limit_amount", "limit_unit"])
    return named.append_column("computed_due_at", pa.array(due, pa.timestamp("us", "UTC")))


def _ends(bound: pa.Table, stops: Stops, calendars: Calendars, rules: OwnedRules) -> Microseconds:
    """Return when the term of each dossier ends, on the calendar of its unit and by the rules of its owner."""
    limits = Limits(np.asarray(bound["limit_amount"]), np.asarray(bound["limit_unit"].to_pylist(), np.str_))
    starts, due = instants_us(bound["accepted_at"]), np.zeros(bound.num_rows, np.int64)
    ruled = rules.numbered(bound["procedure"], bound["unit"])
    for time_, of_time in calendars.numbered(bound["unit"]):
        for own_rules, of_rules in ruled:
            own = of_time & of_rules
            due[own] = Terms(time_, own_rules).due_us(
                starts[own], limits.taken(np.flatnonzero(own)), stops.of_rows(own)
            )
    return due


def computed_due(
    cursor: duckdb.DuckDBPyConnection, clock: DossierClock, calendars: Calendars, rules: OwnedRules, as_of: datetime
) -> ComputedDue | None:
    """Return the computed due date of one dossier, or None where no approved process is in force for it.

    The clock is that of the same `as_of`. Needs the tables of `ingest/catalogue.sql`.
    """
    found = rows(cursor, "due_limit", {"dossier": clock.dossier})
    if not found or clock.accepted_at is None:
        return None
    row = found[0]
    unit = row.pop("unit")
    owner = owner_of(row.pop("procedure"), unit)
    own, working = rules.of(owner), calendars.of(unit)
    due_at, problem = None, None
    try:
        due_at = _due_at(clock, Limits.of(row["limit_amount"], row["limit_unit"]), Terms(working, own), as_of)
    except DueError as error:
        problem = str(error)
    return ComputedDue(due_at=due_at, problem=problem, owner=owner, rules=own, calendar_version=working.version, **row)


def _due_at(clock: DossierClock, limit: Limits, terms: Terms, as_of: datetime) -> datetime:
    assert clock.accepted_at is not None  # the caller sees to it
    stood = [span for span in clock.spans if span.holder != "agency" and span.from_at < as_of]
    stops = Stops(
        np.zeros(len(stood), np.intp),
        np.array([microseconds(span.from_at) for span in stood], np.int64),
        np.array([microseconds(min(span.to_at or as_of, as_of)) for span in stood], np.int64),
        np.array([span.state == "supplement" for span in stood], np.bool_),
    )
    due = terms.due_us(np.array([microseconds(clock.accepted_at)]), limit, stops)
    return _EPOCH + timedelta(microseconds=int(due[0]))


def stops_of(cursor: duckdb.DuckDBPyConnection, chosen: Slice, dossiers: pa.ChunkedArray, as_of: datetime) -> Stops:
    """Return when the clocks of some dossiers of a slice (text, in order) stood still, up to `as_of`."""
    spans = ask(cursor, "due_stops", {**scope(cursor, chosen), "as_of": as_of})
    places = pc.index_in(spans["dossier"], value_set=dossiers.combine_chunks())
    known = spans.append_column("place", places).filter(pc.is_valid(places))
    until = microseconds(as_of)
    return Stops(
        np.asarray(known["place"]).astype(np.intp),
        instants_us(known["from_at"]),
        np.minimum(instants_us(known["to_at"], until), until),
        np.asarray(pc.equal(known["state"], "supplement")),
    )
