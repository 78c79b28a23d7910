"""The columns that waiting is told from: an activity instance a row, names as numbers, instants as microseconds."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.waiting.ranges import Ints, Mask

NONE = -1
"""The number of a name that is not known, and of a step that no other enabled."""
UNKNOWN_US = np.iinfo(np.int64).min
"""An instant that is not known."""
_UNKNOWN_PROCEDURE = "unknown"
_INSTANT = pa.timestamp("us", "UTC")


class WaitingError(MiningError):
    """Waiting cannot be told from what was given; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A column of names: `codes` are indices of `names`, which are sorted, or NONE."""

    codes: Ints
    names: tuple[str, ...]

    @classmethod
    def of(cls, column: pa.ChunkedArray | None, rows: int, missing: str | None = None) -> Self:
        """Number the names of a column of text, plain or as a dictionary; a column that is absent has no names."""
        if column is None:
            column = pa.chunked_array([pa.nulls(rows, pa.string())])
        coded = column.combine_chunks()
        if not pa.types.is_dictionary(coded.type):
            coded = coded.cast(pa.string()).dictionary_encode()
        names = [None if name is None else str(name) for name in coded.dictionary.to_pylist()]
        given = np.array([*(missing if name is None else name for name in names), missing], dtype=object)
        indices = coded.indices.cast(pa.int32())
        codes = np.asarray(pc.fill_null(indices, len(names)) if coded.null_count else indices)
        used = np.flatnonzero(np.bincount(codes, minlength=len(given)))
        known = sorted(set(given[used].tolist()) - {None})
        number = {name: index for index, name in enumerate(known)}
        return cls(np.array([number.get(name, NONE) for name in given], np.int64)[codes], tuple(known))

    def take(self, rows: Ints | Mask) -> Self:
        """Return the rows; row NONE has no name."""
        return replace(self, codes=_taken(self.codes, rows))

    def name(self, row: int | np.int64) -> str | None:
        """Return the name in a row; row NONE has none."""
        code = NONE if row == NONE else int(self.codes[row])
        return None if code == NONE else self.names[code]

    def arrow(self) -> pa.DictionaryArray:
        """Return the column as an Arrow dictionary, NONE as null."""
        indices = pa.array(self.codes.astype(np.int32), mask=self.codes == NONE)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.names, pa.string()))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Completed activity instances, each dossier together and in the order of its path.

    `identity` finds a row again (in the store: event_no), `dossier` tells dossiers apart, `cohort` belongs to the
    slices. `dossier_from_us` is when the dossier began, `start_us` may be UNKNOWN_US; `start_dropped` marks
    where one was told that lay after the end, `estimated` where it was made up.
    """

    identity: Ints
    dossier: Ints
    cohort: Ints
    procedure: Named
    activity: Named
    unit: Named
    role: Named
    officer: Named
    dossier_from_us: Ints
    start_us: Ints
    end_us: Ints
    start_dropped: Mask
    estimated: Mask

    def __len__(self) -> int:
        return len(self.end_us)

    @classmethod
    def of(cls, table: pa.Table, *, by_start: bool = False) -> Self:
        """Read a table: dossier, activity and completed_at must be there, the other columns may be absent.

        Columns: identity (int64), dossier (int64 or text), cohort (int32), procedure, activity, unit, role, officer
        (text), position (int), opened_at, started_at, completed_at (instants), start_dropped (bool). A dossier begins
        at opened_at, else at the earliest instant of its rows. Rows without an end are left out; a start after the
        end is none. Within a dossier rows go by end and position; `by_start`: by end, start and name, as the paper's
        tool does, and the dossier begins with its first start.
        """
        for name in ("dossier", "activity", "completed_at"):
            if name not in table.column_names:
                raise WaitingError(f"the column {name} is missing; an activity instance needs it to have waited")
        unknown = pc.or_(pc.is_null(table["completed_at"]), pc.is_null(table["activity"]))
        table = table.filter(pc.invert(unknown)) if pc.any(unknown).as_py() else table
        end, start = _instants(table, "completed_at"), _instants(table, "started_at")
        dropped = start > end
        start = np.where(dropped, UNKNOWN_US, start)
        if "start_dropped" in table.column_names:
            dropped |= np.asarray(table["start_dropped"])
        rows = np.arange(len(table))
        read = cls(
            identity=_integers(table, "identity", rows),
            dossier=_numbers(table["dossier"]),
            cohort=_integers(table, "cohort", np.zeros_like(rows)),
            procedure=_named(table, "procedure", _UNKNOWN_PROCEDURE),
            activity=_named(table, "activity"),
            unit=_named(table, "unit"),
            role=_named(table, "role"),
            officer=_named(table, "officer"),
            dossier_from_us=_instants(table, "opened_at"),
            start_us=start,
            end_us=end,
            start_dropped=dropped,
            estimated=np.zeros(len(table), np.bool_),
        )
        begun = np.where(start == UNKNOWN_US, end, start)
        tie = begun if by_start else _integers(table, "position", rows)
        read = read._ordered(read.dossier, end, tie, read.activity.codes)
        return read._begun() if by_start or (read.dossier_from_us == UNKNOWN_US).any() else read

    def _ordered(self, *keys: Ints) -> Self:
        """Put the rows in the order of the first key, then of the next; they often are already."""
        equal = np.ones(max(len(self) - 1, 0), np.bool_)
        for key in keys:
            if (equal & (key[1:] < key[:-1])).any():
                order = np.lexsort(keys[::-1])
                columns: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
                return replace(self, **{name: _in_order(column, order) for name, column in columns.items()})
            equal &= key[1:] == key[:-1]
        return self

    def _begun(self) -> Self:
        """Let each dossier begin with the earliest instant of its rows."""
        begun = np.where(self.start_us == UNKNOWN_US, self.end_us, self.start_us)
        firsts = starts_of_groups(self.dossier)
        if not len(firsts):
            return self
        sizes = np.diff(np.append(firsts, len(self)))
        return replace(self, dossier_from_us=np.repeat(np.minimum.reduceat(begun, firsts), sizes))


def starts_of_groups(sorted_keys: Ints) -> Ints:
    """Return the first row of each group of equal keys that stand together."""
    return np.flatnonzero(np.append(True, sorted_keys[1:] != sorted_keys[:-1])[: len(sorted_keys)])


def _in_order(column: Any, order: Ints) -> Any:
    return column.take(order) if isinstance(column, Named) else column[order]


def _taken(codes: Ints, rows: Ints | Mask) -> Ints:
    if rows.dtype == np.bool_ or not len(codes):
        return codes[rows] if rows.dtype == np.bool_ else np.full(len(rows), NONE)
    return np.where(rows == NONE, NONE, codes[rows])


def _named(table: pa.Table, name: str, missing: str | None = None) -> Named:
    return Named.of(table[name] if name in table.column_names else None, len(table), missing)


def _numbers(column: pa.ChunkedArray) -> Ints:
    if pa.types.is_integer(column.type):
        return np.asarray(column.cast(pa.int64()))
    coded = column.combine_chunks()
    coded = coded if pa.types.is_dictionary(coded.type) else coded.cast(pa.string()).dictionary_encode("encode")
    return np.asarray(coded.indices).astype(np.int64)


def _integers(table: pa.Table, name: str, otherwise: Ints) -> Ints:
    if name not in table.column_names:
        return otherwise
    return np.asarray(pc.fill_null(table[name].cast(pa.int64()), NONE))


def _instants(table: pa.Table, name: str) -> Ints:
    if name not in table.column_names:
        return np.full(len(table), UNKNOWN_US)
    return np.asarray(pc.fill_null(table[name].cast(_INSTANT).cast(pa.int64()), UNKNOWN_US))
