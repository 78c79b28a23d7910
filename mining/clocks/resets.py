"""Promised dates and finishes that were changed by hand: which unit changes how many, and of which dossiers."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.ask import ask
from mining.clocks.clock import instants_us, microseconds
from mining.slice import Slice, scope

KINDS = ("reset-due", "reset-finish", "changed")
"""A due date that the event says was reset, a late finish set back to the due date, any other change of a due date."""

_EVERYTHING = Slice()


class ResetError(MiningError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetQuestion:
    """Which changes are asked about: of the dossiers of a slice, said in [said_from, said_to); None leaves it open."""

    chosen: Slice = _EVERYTHING
    said_from: datetime | None = None
    said_to: datetime | None = None

    def __post_init__(self) -> None:
        if self.said_from and self.said_to and microseconds(self.said_from) >= microseconds(self.said_to):
            period = f"{self.said_from.isoformat()} to {self.said_to.isoformat()}"
            raise ResetError(f"the period from {period} is empty; give it a length")


def changed_dates(cursor: duckdb.DuckDBPyConnection, question: ResetQuestion) -> pa.Table:
    """Return every change, by unit and then by time, those of no unit last.

    Columns: dossier (text), kind (of KINDS), said_at, unit (who said it), due_at, previous_due_at; UTC.
    """
    found = ask(cursor, "clock_resets", scope(cursor, question.chosen))
    said = instants_us(found["said_at"])
    own = np.ones(len(said), np.bool_)
    if question.said_from:
        own &= said >= microseconds(question.said_from)
    if question.said_to:
        own &= said < microseconds(question.said_to)
    return found.filter(pa.array(own))


def changes_by_unit(cursor: duckdb.DuckDBPyConnection, question: ResetQuestion) -> pa.Table:
    """Return a row per unit that changed dates, the one with the most resets first, equals by name.

    Columns: unit (null: the events name none), reset_due, reset_finish and changed (how many of each kind), and
    dossiers (of how many).
    """
    found = changed_dates(cursor, question)
    counted = pa.table({"unit": found["unit"], "dossier": found["dossier"]})
    for kind in KINDS:
        counted = counted.append_column(_column(kind), pc.equal(found["kind"], kind).cast(pa.int64()))
    sums = [(_column(kind), "sum") for kind in KINDS]
    rows = counted.group_by("unit").aggregate([*sums, ("dossier", "count_distinct")])
    named = rows.select(["unit", *(f"{_column(kind)}_sum" for kind in KINDS), "dossier_count_distinct"])
    named = named.rename_columns(["unit", *map(_column, KINDS), "dossiers"])
    resets = pc.add(named["reset_due"], named["reset_finish"])
    order = [("resets", "descending"), ("changed", "descending"), ("unit", "ascending")]
    return named.append_column("resets", resets).sort_by(order).drop_columns(["resets"])


def _column(kind: str) -> str:
    return kind.replace("-", "_")
