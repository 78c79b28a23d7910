"""Rows of a log file as they stand in it, before anybody asks what they mean."""

import functools
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose columns cannot be told apart; `position` counts from 1 in the file."""

    position: int
    detail: str
    text: str


@dataclass(frozen=True, slots=True)
class RawRows:
    """Some rows of a file: the asked columns under their names in the file, and the place of each row.

    A column is text (string), or a time (timestamp or date) where the file has typed columns. `positions` (int64)
    counts the rows or events of the file from 1, the broken ones among them.
    """

    positions: pa.Array
    columns: pa.Table
    broken: tuple[BrokenRow, ...] = ()


def without_blank(rows: RawRows) -> RawRows:
    """The rows that say something in at least one of their columns; a blank row is no row."""
    says = [pc.greater(pc.utf8_length(column), 0) for column in rows.columns.itercolumns()]
    keep = functools.reduce(pc.or_, says)
    if pc.all(keep).as_py() in (True, None):
        return rows
    return replace(rows, positions=rows.positions.filter(keep), columns=rows.columns.filter(keep))


class Reader(Protocol):
    """One format of log file. Rows come in the order of the file, in constant memory (except XLSX)."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the file, in its order."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how the file was read, in sentences."""
        ...

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, in bytes of the file on disk."""
        ...

    @property
    def serial_dates(self) -> bool:
        """Whether a bare number in a column of times is an Excel day number."""
        ...

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the file from its start: these columns, about `batch_rows` rows at a time."""
        ...
