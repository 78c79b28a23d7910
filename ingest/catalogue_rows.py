"""Rows of a catalogue file: each asked for its fields, each fault noted with the cell in which it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ingest.catalogue import CatalogueError, Entry
from ingest.catalogue_check import one_line
from ingest.catalogue_columns import Columns, columns_of, kind_of_table, names_of, required
from ingest.catalogue_sheet import Fault, Row, Sheet
from ingest.event import MAX_TEXT

_TITLE_ROWS = 10
"""The line of names stands within so many rows: people put a title above their tables."""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns are known."""

    sheet: str | None
    header: tuple[str, ...]
    columns: Columns
    rows: tuple[Row, ...]


class RowReader:
    """One row; what cannot be read goes to `faults`, and `broken` tells whether anything did."""

    def __init__(self, table: Table, row: Row, faults: list[Fault]) -> None:
        self.number = row.number
        self.broken = False
        self._table = table
        self._cells = row.cells
        self._faults = faults

    @property
    def place(self) -> Fault:
        """The row as a place, for what is said about all of it."""
        return Fault("", self._table.sheet, self.number)

    def raw(self, field: str) -> str:
        """Return the text of a cell on one line; empty where the cell is blank or there is no such column."""
        place = self._table.columns.places.get(field)
        return one_line(self._cells[place]) if place is not None and place < len(self._cells) else ""

    def text(self, field: str) -> str:
        """Return the text of a cell; a blank one is a fault where the field is required, an overlong one always."""
        text = self.raw(field)
        if not text and required(self._table.columns.kind, field):
            self.fault(field, "the cell is blank and must be filled in")
        if len(text) > MAX_TEXT:
            self.fault(field, f"the text has {len(text)} characters; at most {MAX_TEXT} are kept")
        return text

    def read(self, field: str, parse: Callable[[str], _Value]) -> _Value | None:
        """Return what `parse` makes of a cell, None for a blank one and for a fault."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except CatalogueError as error:
            self.fault(field, str(error))
            return None

    def fault(self, field: str, text: str) -> None:
        """Note what is wrong with a cell."""
        self.broken = True
        self._faults.append(Fault(text, self._table.sheet, self.number, self._column(field)))

    def fault_of_row(self, text: str) -> None:
        """Note what is wrong with the row as a whole."""
        self.broken = True
        self._faults.append(Fault(text, self._table.sheet, self.number))

    def _column(self, field: str) -> str:
        place = self._table.columns.places.get(field)
        return f"{letters(place)} '{one_line(self._table.header[place])}'" if place is not None else f"'{field}'"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and its rows: one, or one for each step of a process."""

    entry: Entry
    rows: tuple[RowReader, ...]


def table_of(sheet: Sheet, name: str) -> Table | None:
    """Find the line of names of a sheet called `name`, and the kind of its entries; None for another kind of sheet."""
    tables = [_table(sheet, at, name) for at in range(min(_TITLE_ROWS, len(sheet.rows)))]
    known = [one for one in tables if one is not None]
    whole = [one for one in known if not one.columns.missing]
    return next(iter(whole), None) or max(known, key=lambda one: len(one.columns.places), default=None)


def missing_columns(table: Table) -> list[Fault]:
    """Return a fault for each column that a table must have and has not."""
    kind = table.columns.kind
    return [
        Fault(f"there is no column for '{field}'; it may be called {names_of(kind, field)}", table.sheet)
        for field in table.columns.missing
    ]


def letters(place: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: A, B, ..., Z, AA, ..."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def _table(sheet: Sheet, at: int, name: str) -> Table | None:
    header: Sequence[str] = sheet.rows[at].cells
    kind = kind_of_table(name, header)
    if kind is None:
        return None
    return Table(sheet.name, tuple(header), columns_of(kind, header), sheet.rows[at + 1 :])
