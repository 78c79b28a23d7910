"""The checks on events as columns that every source passes, whatever it was read from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ingest.event import EVENT_SCHEMA, INSTANT
from ingest.reject import Reason

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_NO_DATE = datetime(2099, 1, 1, tzinfo=UTC)
FUTURE_TOLERANCE = timedelta(days=1)
_RESETS = pa.array(["reset-due", "reset-finish"])


@dataclass(frozen=True, slots=True)
class Fault:
    """Row `row` of a table of events cannot be used, for `reason`."""

    row: int
    reason: Reason
    detail: str


def screen(events: pa.Table, now: datetime) -> tuple[pa.Table, list[Fault]]:
    """Split a table of EVENT_SCHEMA into its usable rows and the faults of the others.

    A time before 1990 or more than a day after `now` (aware) is a fault; so is an event that says neither an
    activity, nor a status, nor a reset. A start or due date before 1990 or from 2099 on is how systems write "none"
    (the zero dates of Excel, Unix and databases, 31/12/9999) and becomes null; so does a blank activity.
    Row numbers count from 0 in `events`.
    """
    if not events.schema.equals(EVENT_SCHEMA):
        raise ValueError("the events do not have the columns of EVENT_SCHEMA")
    for name in ("started_at", "due_at"):
        events = _nulled(events, name, _made_up(events[name]))
    blank = _blank(events["activity"])
    events = _nulled(events, "activity", blank)
    occurred = events["occurred_at"]
    latest = now + FUTURE_TOLERANCE
    checks = [
        (_blank(events["dossier"]), Reason.MISSING_SUBJECT, "the dossier is blank"),
        (pc.less(occurred, pa.scalar(OLDEST, INSTANT)), Reason.TIME_TOO_OLD, "time is before 1990"),
        (
            pc.greater(occurred, pa.scalar(latest, INSTANT)),
            Reason.TIME_IN_FUTURE,
            f"time is more than a day after {now.isoformat(timespec='seconds')}",
        ),
        (
            pc.and_(
                pc.and_(blank, pc.is_null(events["status"])),
                pc.invert(pc.is_in(events["lifecycle"], value_set=_RESETS)),
            ),
            Reason.MISSING_ACTIVITY,
            "the event says neither an activity, nor a status, nor a reset",
        ),
    ]
    faults: dict[int, Fault] = {}
    for failed, reason, detail in checks:
        for row in pc.indices_nonzero(failed).to_pylist():
            faults.setdefault(row, Fault(row, reason, detail))
    if not faults:
        return events, []
    keep = pa.array([row not in faults for row in range(events.num_rows)])
    return events.filter(keep), [faults[row] for row in sorted(faults)]


def _made_up(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(pc.less(column, pa.scalar(OLDEST, INSTANT)), pc.greater_equal(column, pa.scalar(_NO_DATE, INSTANT)))


def _nulled(events: pa.Table, name: str, where: pa.ChunkedArray) -> pa.Table:
    column = events[name]
    if column.null_count == len(column) or not pc.any(pc.and_(where, pc.is_valid(column))).as_py():
        return events
    place = events.schema.get_field_index(name)
    none = pa.scalar(None, column.type)
    return events.set_column(place, events.schema.field(place), pc.if_else(where, none, column))


def _blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(pc.is_null(column), pc.equal(pc.utf8_trim_whitespace(pc.fill_null(column, "")), ""))
