"""Who held the dossiers of a slice for how long, and how long they waited before and after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from mining.ask import ask
from mining.clocks.clock import HOLDERS, Calendars, HeldTime, between, instants_us, timed
from mining.slice import Slice, scope


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """The time of the dossiers of a slice by holder; agency + citizen + suspended = total, to the microsecond.

    `pickup` is the time from the end of work (9) to the hand-over (10), of `picked_up` dossiers, and `intake` that
    from the submission to the acceptance, of `taken_in` dossiers: neither is part of the total.
    """

    dossiers: int
    agency: HeldTime
    citizen: HeldTime
    suspended: HeldTime
    total: HeldTime
    picked_up: int
    pickup: HeldTime
    taken_in: int
    intake: HeldTime
    calendar_versions: tuple[str, ...]


def time_split(cursor: duckdb.DuckDBPyConnection, chosen: Slice, calendars: Calendars, as_of: datetime) -> TimeSplit:
    """Return the time of the dossiers of a slice by holder, up to `as_of` for those that run."""
    return _splits(cursor, chosen, calendars, as_of, by_procedure=False)[None]


def time_split_by_procedure(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice, calendars: Calendars, as_of: datetime
) -> defaultdict[str | None, TimeSplit]:
    """Return the same of each procedure of a slice; nothing was held in a procedure that is not in it."""
    return _splits(cursor, chosen, calendars, as_of, by_procedure=True)


def _splits(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice, calendars: Calendars, as_of: datetime, *, by_procedure: bool
) -> defaultdict[str | None, TimeSplit]:
    asked = scope(cursor, chosen)
    spans = timed(ask(cursor, "clock_spans", asked), calendars, as_of)
    waits = ask(cursor, "clock_waits", asked)
    pickup = _waited(waits, "finished_at", "returned_at", calendars)
    intake = _waited(waits, "submitted_at", "accepted_at", calendars)
    if not by_procedure:
        spans, pickup, intake = (_of_one_kind(table) for table in (spans, pickup, intake))
    held = _summed(spans, "holder")
    picked_up, taken_in = _summed(pickup), _summed(intake)
    dossiers = spans.group_by("procedure").aggregate([("dossier", "count_distinct")]).to_pylist()
    numbers = {row["procedure"]: row["dossier_count_distinct"] for row in dossiers}

    def split(procedure: str | None) -> TimeSplit:
        by_holder = {holder: held.get((procedure, holder), _NOTHING).time for holder in HOLDERS}
        finish, start = picked_up.get((procedure,), _NOTHING), taken_in.get((procedure,), _NOTHING)
        return TimeSplit(
            dossiers=numbers.get(procedure, 0),
            **by_holder,
            total=_added(by_holder.values()),
            picked_up=finish.intervals,
            pickup=finish.time,
            taken_in=start.intervals,
            intake=start.time,
            calendar_versions=calendars.versions,
        )

    known = {*numbers, *(key[0] for key in (*picked_up, *taken_in))}
    return defaultdict(lambda: split(None), {procedure: split(procedure) for procedure in known})


def _of_one_kind(table: pa.Table) -> pa.Table:
    """Forget which procedure rows are of: they are summed up as one."""
    place = table.schema.get_field_index("procedure")
    return table.set_column(place, "procedure", pa.nulls(table.num_rows, pa.string()))


@dataclass(frozen=True, slots=True)
class _Sum:
    intervals: int
    time: HeldTime


_NOTHING = _Sum(0, HeldTime(0, 0))


def _summed(table: pa.Table, *further: str) -> dict[tuple[str | None, ...], _Sum]:
    """Add up intervals by procedure, and by further columns."""
    keys = ["procedure", *further]
    sums = table.group_by(keys).aggregate([("elapsed_us", "sum"), ("working_us", "sum"), ("elapsed_us", "count")])
    return {
        tuple(row[key] for key in keys): _Sum(
            row["elapsed_us_count"], HeldTime(row["elapsed_us_sum"], row["working_us_sum"])
        )
        for row in sums.to_pylist()
    }


def _waited(table: pa.Table, begins: str, ends: str, calendars: Calendars) -> pa.Table:
    """Return an interval per dossier of which both instants are known: procedure, elapsed_us, working_us."""
    known = table.filter(pc.less_equal(table[begins], table[ends]))
    from_us, to_us = instants_us(known[begins]), instants_us(known[ends])
    working = between(known["unit"], from_us, to_us, calendars)
    return pa.table({"procedure": known["procedure"], "elapsed_us": to_us - from_us, "working_us": working})


def _added(times: Iterable[HeldTime]) -> HeldTime:
    known = list(times)
    return HeldTime(sum(one.elapsed_us for one in known), sum(one.working_us for one in known))
