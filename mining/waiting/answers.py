"""Asks a store why its dossiers waited."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa

from mining.ask import ask, rows, tell
from mining.clocks.clock import HeldTime, microseconds
from mining.slice import Slice, scope
from mining.waiting.analysis import Rule, analyse
from mining.waiting.causes import CAUSES
from mining.waiting.citizen import AwayTimes
from mining.waiting.desks import Availability
from mining.waiting.enablement import DEPENDENCY_THRESHOLD, LOOP_THRESHOLD, Concurrency, concurrency
from mining.waiting.findings import WaitingLog, whole_log
from mining.waiting.ranges import Ints
from mining.waiting.start_times import estimate_starts
from mining.waiting.steps import NONE, Steps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COPY_MINUTES = 480
"""As `mining.two_systems` takes it by default."""


@dataclass(frozen=True, slots=True)
class WaitedStep:
    """One step that waited, with its dossier (UTC); `source_activity` enabled it, None: the start of the dossier."""

    dossier: UUID
    procedure: str
    activity: str
    unit: str | None
    role: str | None
    officer: str | None
    source_activity: str | None
    enabled_at: datetime
    started_at: datetime
    completed_at: datetime
    estimated: bool
    batched: bool
    waiting: HeldTime
    by_cause: Mapping[str, HeldTime]


def waiting_log(
    cursor: duckdb.DuckDBPyConnection,
    availability: Availability,
    *,
    rule: Rule = "strict",
    estimate: bool = True,
    officers: Collection[UUID] | None = None,
) -> WaitingLog:
    """Tell why every completed step of the store waited: the queue of an officer spans procedures and units.

    `within` narrows the answer to a slice. With `estimate` starts that are not known are estimated, and marked. With
    `officers` only their steps are told, and those of no officer in their dossiers, just as the whole store would have
    them: that is what new events can have changed, as long as `concurrent_activities` is what it was.
    """
    names = None if officers is None else [str(one) for one in officers]
    with _without_copies(cursor) as copies:
        steps = _steps(cursor, by_start=rule == "kronos", officers=names)
        related = concurrency(steps, few_loops=False) if rule == "kronos" else _concurrent(cursor)
    away = AwayTimes.none() if rule == "kronos" else read_away(cursor)
    if estimate:
        steps = estimate_starts(steps, availability, related, away)
    chosen = None if names is None else [None, *names]
    waits = analyse(steps, availability, rule=rule, away=away, side_by_side=related, officers=chosen)
    return whole_log(steps, waits, rule=rule, calendar_versions=availability.versions, copies=copies)


def concurrent_activities(cursor: duckdb.DuckDBPyConnection) -> Concurrency:
    """Find the concurrent activities of each procedure of the store, as `enablement.concurrency` does."""
    with _without_copies(cursor):
        return _concurrent(cursor)


def touched_officers(cursor: duckdb.DuckDBPyConnection, watermark: int) -> frozenset[UUID]:
    """Return the officers of the dossiers that have events above a number: whose queues these events may change.

    Ask before and after they are derived; an officer who is gone from a dossier has a shorter queue.
    """
    found = rows(cursor, "waiting_touched_officers", {"watermark": watermark})
    return frozenset(UUID(str(row["officer"])) for row in found)


def within(cursor: duckdb.DuckDBPyConnection, log: WaitingLog, chosen: Slice) -> WaitingLog:
    """Return the part of a log that is about the dossiers of a slice."""
    values = scope(cursor, chosen)
    steps = np.isin(log.steps.cohort, values["cohorts"])
    for bound, holds in ((chosen.received_from, np.greater_equal), (chosen.received_to, np.less)):
        if bound is not None:
            steps &= holds(log.steps.dossier_from_us, microseconds(bound))
    return log.within(steps)


def longest_waits(
    cursor: duckdb.DuckDBPyConnection,
    log: WaitingLog,
    *,
    of: Mapping[str, str | None] | None = None,
    cause: str | None = None,
    limit: int = 20,
) -> tuple[WaitedStep, ...]:
    """Return the steps that waited longest, in all or for a cause; `of` is the key of a row of `transitions`."""
    kept = np.ones(len(log.places), np.bool_)
    for column, name in (of or {}).items():
        named = log.named(column)
        code = NONE if name is None else named.names.index(name) if name in named.names else None
        kept &= named.codes == code if code is not None else False
    places = log.places[kept]
    waited = (log.waits.causes[cause] if cause else log.waits.whole).elapsed[places]
    places = places[waited > 0]
    order = np.lexsort((log.steps.identity[log.waits.row[places]], -waited[waited > 0]))[:limit]
    return _with_dossiers(cursor, log, places[order])


def read_steps(cursor: duckdb.DuckDBPyConnection, *, by_start: bool = False) -> Steps:
    """Read the completed activity instances of the store, each once though it was typed into two systems."""
    with _without_copies(cursor):
        return _steps(cursor, by_start=by_start)


def read_away(cursor: duckdb.DuckDBPyConnection) -> AwayTimes:
    """Read when the dossiers of the store were not the agency's."""
    return AwayTimes.of(ask(cursor, "waiting_away"))


@contextmanager
def _without_copies(cursor: duckdb.DuckDBPyConnection) -> Iterator[int]:
    """Keep in mind, for as long as the store is read, what was typed a second time; say how much that is."""
    try:
        tell(cursor, "waiting_copies", {"within_minutes": _COPY_MINUTES})
        yield rows(cursor, "waiting_copies_count")[0]["copies"]
    finally:
        tell(cursor, "waiting_drop_copies")


def _concurrent(cursor: duckdb.DuckDBPyConnection) -> Concurrency:
    thresholds = {"loop_threshold": LOOP_THRESHOLD, "dependency_threshold": DEPENDENCY_THRESHOLD}
    pairs = rows(cursor, "waiting_concurrent", thresholds)
    return Concurrency(frozenset((one["procedure"], one["source"], one["target"]) for one in pairs))


def _steps(cursor: duckdb.DuckDBPyConnection, *, by_start: bool, officers: Sequence[str] | None = None) -> Steps:
    table = ask(cursor, "waiting_steps", {"officers": officers})
    labels, cohorts = ask(cursor, "waiting_labels"), ask(cursor, "waiting_cohorts")
    known = ask(cursor, "waiting_officers")["officer"].cast(pa.string())
    for column in ("activity", "unit", "role"):
        table = _named(table, column, column, np.asarray(labels["code"]), labels["name"])
    table = _named(table, "officer", "officer", np.arange(len(known)), known)
    table = _named(table, "procedure", "cohort", np.asarray(cohorts["cohort"]), cohorts["procedure"])
    return Steps.of(table, by_start=by_start)


def _named(table: pa.Table, name: str, column: str, codes: Ints, names: pa.ChunkedArray) -> pa.Table:
    """Put names in the place of codes, as a dictionary of all of them; `codes` are sorted."""
    given = table[column].combine_chunks()
    places = np.zeros(int(codes.max(initial=0)) + 1, np.int32)
    places[codes] = np.arange(len(codes))
    known = places[np.asarray(given.fill_null(0))]
    mask = np.asarray(given.is_null()) if given.null_count else None
    coded = pa.DictionaryArray.from_arrays(pa.array(known, mask=mask), names.combine_chunks())
    place = table.schema.get_field_index(name)
    return table.append_column(name, coded) if place < 0 else table.set_column(place, name, coded)


def _with_dossiers(cursor: duckdb.DuckDBPyConnection, log: WaitingLog, places: Ints) -> tuple[WaitedStep, ...]:
    steps, waits = log.steps, log.waits
    told = waits.row[places]
    asked = {"identities": steps.identity[told].tolist()}
    dossiers = {row["identity"]: row["dossier"] for row in rows(cursor, "waiting_identities", asked)}
    return tuple(
        WaitedStep(
            dossier=UUID(str(dossiers[int(steps.identity[row])])),
            procedure=str(steps.procedure.name(row)),
            activity=str(steps.activity.name(row)),
            unit=steps.unit.name(row),
            role=steps.role.name(row),
            officer=steps.officer.name(row),
            source_activity=steps.activity.name(waits.enabled.source[row]),
            enabled_at=_at(waits.enabled.at_us[row]),
            started_at=_at(steps.start_us[row]),
            completed_at=_at(steps.end_us[row]),
            estimated=bool(steps.estimated[row]),
            batched=bool(waits.batched[place]),
            waiting=waits.whole.of(place),
            by_cause={cause: waits.causes[cause].of(place) for cause in CAUSES},
        )
        for place, row in zip(places, told, strict=True)
    )


def _at(instant_us: np.int64) -> datetime:
    return _EPOCH + timedelta(microseconds=int(instant_us))
