"""A catalogue file: its entries, or everything that is wrong with it; never a part of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue import CatalogueError, Entry, Procedure, Target, Unit, key
from ingest.catalogue_cells import read_date, read_flag, read_list, read_number, restored_code
from ingest.catalogue_check import checked, one_line
from ingest.catalogue_process import read_processes
from ingest.catalogue_rows import Placed, RowReader, Table, missing_columns, table_of
from ingest.catalogue_sheet import CatalogueFileError, Fault, read_sheets
from ingest.catalogue_store import Statement
from ingest.catalogue_units import check_units
from ingest.sources.opened import digest

_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file all of whose rows can be used; `notes` are what a person should know about how it was read."""

    name: str
    digest: str
    placed: tuple[Placed, ...]
    notes: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries in the order of the file."""
        return tuple(one.entry for one in self.placed)

    @property
    def source(self) -> str:
        """The file as a URI: its content, whatever it is called."""
        return f"urn:tinhgon:file:{self.digest}"

    def statements(self) -> tuple[Statement, ...]:
        """Return the entries as statements of this file, which they name with its digest."""
        return tuple(Statement.of(one.entry, f"{self.name} {self.digest}") for one in self.placed)

    def places(self) -> dict[str, str]:
        """Return where each entry starts, by its key."""
        return {key(one.entry): one.rows[0].place.place for one in self.placed}


def read_catalogue(path: Path, *, known_units: frozenset[str] = frozenset()) -> CatalogueFile:
    """Read a workbook or a delimited text of procedures, processes, units or targets.

    `known_units` is what the units known elsewhere are called, in lower case. Where any is known, here or there, a
    step may only name one of them. Raises CatalogueFileError with every fault, and SourceError for no text.
    """
    faults: list[Fault] = []
    notes: list[str] = []
    placed: list[Placed] = []
    for table in _tables(path, faults, notes):
        placed += _entries(table, faults, notes)
    _check_repetitions(placed)
    notes += check_units(placed, known_units)
    if faults:
        raise CatalogueFileError(path.name, _in_order(faults))
    if not placed:
        raise CatalogueFileError(path.name, [Fault("there is no entry in it, only the line of names")])
    return CatalogueFile(path.name, digest(path)[:_DIGEST_DIGITS], tuple(placed), tuple(notes))


def _in_order(faults: list[Fault]) -> list[Fault]:
    """The faults in the order of the file, each once: a cell may have been asked more than once."""
    sheets = list(dict.fromkeys(one.sheet for one in faults))
    return sorted(dict.fromkeys(faults), key=lambda one: (sheets.index(one.sheet), one.row or 0))


def _tables(path: Path, faults: list[Fault], notes: list[str]) -> Iterator[Table]:
    """Yield the tables that can be read; note the sheets and columns that are not."""
    sheets = [one for one in read_sheets(path) if one.rows]
    tables = [(sheet, table_of(sheet, sheet.name or path.stem)) for sheet in sheets]
    if not any(table for _sheet, table in tables):
        faults.append(Fault(_UNRECOGNISED))
    for sheet, table in tables:
        if table is None:
            notes.append(f"the sheet '{sheet.name}' is not read: {_UNRECOGNISED}")
            continue
        missing = missing_columns(table)
        faults += missing
        if table.columns.unread:
            where = f"sheet '{sheet.name}': " if sheet.name else ""
            unread = ", ".join(f"'{one_line(name)}'" for name in table.columns.unread)
            notes.append(f"{where}these columns are not read: {unread}")
        if not missing:
            yield table


_UNRECOGNISED = (
    "its columns are not those of procedures, processes, units or targets; see the templates in docs/templates"
)


def _entries(table: Table, faults: list[Fault], notes: list[str]) -> Iterator[Placed]:
    rows = (RowReader(table, row, faults) for row in table.rows)
    if table.columns.kind == "process":
        for own, process in read_processes(rows, table.columns.time_unit):
            _note_restored(own[0], "procedure", notes)
            yield Placed(process, own)
        return
    read = _READ[table.columns.kind]
    for row in rows:
        entry = read(row)
        if row.broken:
            continue
        if isinstance(entry, Procedure):
            _note_restored(row, "code", notes)
        try:
            yield Placed(checked(entry), (row,))
        except CatalogueError as error:
            row.fault_of_row(str(error))


def _procedure(row: RowReader) -> Procedure:
    return Procedure(
        code=restored_code(row.text("code")),
        name=row.text("name"),
        field=row.text("field") or None,
        owner=row.text("owner") or None,
        online_only=row.read("online_only", read_flag) or False,
    )


def _unit(row: RowReader) -> Unit:
    return Unit(
        code=row.text("code"),
        name=row.text("name"),
        parent=row.text("parent") or None,
        valid_from=row.read("valid_from", read_date),
        valid_to=row.read("valid_to", read_date),
        successor=row.text("successor") or None,
        former_codes=row.read("former_codes", read_list) or (),
        calendar=row.text("calendar") or None,
    )


def _target(row: RowReader) -> Target:
    return Target(
        code=row.text("code"),
        indicator=row.text("indicator"),
        value=row.read("value", read_number) or 0.0,
        period=row.text("period"),
        source=row.text("source"),
    )


_READ: dict[str, Callable[[RowReader], Entry]] = {"procedure": _procedure, "unit": _unit, "target": _target}


def _note_restored(row: RowReader, field: str, notes: list[str]) -> None:
    written = row.raw(field)
    if restored_code(written) != written:
        notes.append(f"{row.place.place}: the procedure code '{written}' is read as {restored_code(written)}")


def _check_repetitions(placed: list[Placed]) -> None:
    seen: dict[str, RowReader] = {}
    for one in placed:
        row = one.rows[0]
        first = seen.setdefault(key(one.entry), row)
        if first is not row:
            row.fault_of_row(f"this entry stands in {first.place.place} already; take one of them away")
