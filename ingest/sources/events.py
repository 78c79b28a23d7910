"""From rows of a file to events: what each row says, or why it cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ingest.event import EVENT_SCHEMA, INSTANT, LIFECYCLES, MAX_TEXT
from ingest.reject import Reason, Rejected
from ingest.screen import screen
from ingest.sources.columns import FLAGS, ColumnMapping
from ingest.sources.error import SourceError
from ingest.sources.faults import Faults
from ingest.sources.raw import RawRows
from ingest.sources.times import Instants, read_instants
from ingest.sources.words import flag, read_words, status_code

_TEXTS = (
    "dossier",
    "activity",
    "procedure",
    "officer",
    "unit",
    "role",
    "channel",
    "case_variant",
    "process_version",
    "step",
    "outcome",
    "source_system",
)
_LIFECYCLES = pa.array(LIFECYCLES)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one file become events: `origin` is its name, `source` its CloudEvents source.

    `procedure` is for the rows that name none, `timezone` for the times without an offset.
    """

    origin: str
    source: str
    columns: ColumnMapping
    procedure: str
    timezone: str
    serial_dates: bool


@dataclass(frozen=True, slots=True)
class Converted:
    """Usable rows as EVENT_SCHEMA, the others with their reasons; `naive` if times without an offset were seen."""

    events: pa.Table
    rejected: list[Rejected]
    naive: bool


def convert(rows: RawRows, plan: Plan, now: datetime) -> Converted:
    """Turn rows into events, each row into one; `now` (aware) is what "in the future" is measured against.

    Raises SourceError when a column of times is written month-first.
    """
    reading = _Reading(rows, plan)
    columns = reading.columns()
    usable = pa.array(reading.faults.usable())
    table = pa.table([columns[name].take(usable) for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)
    events, screened = screen(table, now)
    for fault in screened:
        row = usable[fault.row].as_py()
        reading.faults.put(row, fault.reason, reading.explain(fault.reason, fault.detail, row))
    return Converted(events, reading.faults.rejected(), reading.naive)


def read_times(rows: RawRows, plan: Plan, name: str) -> Instants:
    """Read one column of times. Raises SourceError when it is written month-first."""
    column = rows.columns[name].combine_chunks()
    times = read_instants(column, plan.timezone, serial_dates=plan.serial_dates)
    if times.month_first is not None:
        position, value = rows.positions[times.month_first], column[times.month_first]
        raise SourceError(
            f"{plan.origin}, row {position}: the column '{name}' has '{value}', which has the month before the day. "
            "Dates like 31/12/2024 are read day first; in a file where the month stands first 01/02/2024 would be "
            "misread. Write the dates of this column as 2024-12-31 or 31/12/2024"
        )
    return times


class _Reading:
    """The reading of one batch of rows, with the faults found on the way."""

    def __init__(self, rows: RawRows, plan: Plan) -> None:
        self._rows = rows
        self._plan = plan
        self._count = rows.columns.num_rows
        self.faults = Faults(rows, plan.origin)
        self.naive = False
        # The rows without a time of completion.
        self._open_ended = pa.repeat(True, self._count)

    def columns(self) -> dict[str, pa.Array]:
        """The columns of EVENT_SCHEMA; what stands in rows with faults does not matter."""
        texts = {field: self._text(field) for field in _TEXTS}
        self.faults.add(pc.is_null(texts["dossier"]), Reason.MISSING_SUBJECT, self._empty("dossier"))
        texts["procedure"] = pc.fill_null(texts["procedure"], self._plan.procedure)
        columns = {
            **texts,
            **self._times(),
            "source": pa.repeat(self._plan.source, self._count),
            "id": self._rows.positions.cast(pa.string()),
            "kind": pa.repeat("step", self._count),
            "sequence": self._rows.positions,
            "status": self._words("status", status_code, Reason.INVALID_STATUS),
        }
        for field in FLAGS:
            columns[field] = self._words(field, flag, Reason.INVALID_FIELD)
        for field, column in texts.items():
            too_long = pc.greater(pc.utf8_length(column), MAX_TEXT)
            self.faults.add(too_long, Reason.FIELD_TOO_LONG, self._holds(field, f"more than {MAX_TEXT} characters"))
        return columns

    def explain(self, reason: Reason, detail: str, row: int) -> str:
        """The detail of a fault found by the screen, with the column that it comes from."""
        if reason is Reason.MISSING_ACTIVITY:
            return self._empty("activity")(row)
        columns = self._plan.columns
        name = columns.started if self._open_ended[row].as_py() else columns.completed
        return f"{detail}: the column '{name}' has '{self.faults.value(name or '', row)}'"

    def _times(self) -> dict[str, pa.Array]:
        completed, started, due = (self._instants(field) for field in ("completed", "started", "due"))
        occurred = pc.coalesce(completed, started)
        self._open_ended = pc.is_null(completed)
        columns = self._plan.columns
        named = " or ".join(f"'{name}'" for name in (columns.completed, columns.started) if name)
        self.faults.add(pc.is_null(occurred), Reason.MISSING_TIME, lambda _row: f"no time in the column {named}")
        return {
            "occurred_at": occurred,
            "started_at": pc.if_else(pc.is_valid(completed), started, None),
            "due_at": due,
            "lifecycle": self._lifecycle(),
        }

    def _instants(self, field: str) -> pa.Array:
        name = getattr(self._plan.columns, field)
        if name is None:
            return pa.nulls(self._count, INSTANT)
        times = read_times(self._rows, self._plan, name)
        self.naive |= times.naive
        how = "not a time; times are written like 2024-12-31T08:15:00+07:00 or 31/12/2024 08:15"
        self.faults.add(times.bad, Reason.INVALID_TIME, self._holds(field, how))
        return times.values

    def _lifecycle(self) -> pa.Array:
        """The lifecycle that each row names; else `complete`, or `start` where it has no completion time."""
        said = pc.utf8_lower(pc.utf8_trim_whitespace(self._text("lifecycle")))
        unknown = pc.invert(pc.is_in(said, value_set=_LIFECYCLES, skip_nulls=True))
        how = f"none of {', '.join(LIFECYCLES)}; --columns lifecycle= leaves the column out"
        self.faults.add(pc.and_(pc.is_valid(said), unknown), Reason.UNKNOWN_LIFECYCLE, self._holds("lifecycle", how))
        said = pc.if_else(pc.and_(self._open_ended, pc.equal(said, "complete")), "start", said)
        return pc.coalesce(said, pc.if_else(self._open_ended, "start", "complete"))

    def _words(self, field: str, meaning: Callable[[str], int | bool | None], reason: Reason) -> pa.Array:
        kind = EVENT_SCHEMA.field(field).type
        if getattr(self._plan.columns, field) is None:
            return pa.nulls(self._count, kind)
        values, unknown = read_words(self._text(field), meaning, kind)
        how = "no status code (1 to 10) or its name" if field == "status" else "neither yes nor no"
        self.faults.add(unknown, reason, self._holds(field, how))
        return values

    def _text(self, field: str) -> pa.Array:
        """A column as it stands in the file, null where it is blank."""
        name = getattr(self._plan.columns, field)
        if name is None:
            return pa.nulls(self._count, pa.string())
        text = self._rows.columns[name].combine_chunks().cast(pa.string())
        return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), None, text)

    def _empty(self, field: str) -> Callable[[int], str]:
        name = getattr(self._plan.columns, field)
        return lambda _row: f"the column '{name}' ({field}) is empty"

    def _holds(self, field: str, how: str) -> Callable[[int], str]:
        name = getattr(self._plan.columns, field)
        return lambda row: f"the column '{name}' ({field}) has '{self.faults.value(name, row)}': {how}"
