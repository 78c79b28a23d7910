"""Reading the first filled sheet of an Excel workbook; the whole sheet is loaded."""

from collections.abc import Generator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ingest.sources.error import SourceError
from ingest.sources.raw import RawRows, without_blank

_Cell = int | float | str | bool | time | date | datetime | timedelta


class XlsxReader:
    """An Excel workbook: the line of names is the first row that is not blank of the first sheet that has rows."""

    serial_dates = True

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        try:
            book = CalamineWorkbook.from_path(path)
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:1]}
            for name in book.sheet_names[1:]:
                if any(map(len, sheets.values())):
                    break
                sheets = {name: book.get_sheet_by_name(name).to_python()}
        except CalamineError as error:
            raise SourceError(f"{path.name} is not a readable Excel workbook: {error}") from error
        sheet, rows = next(iter(sheets.items()), ("", []))
        if not rows:
            raise SourceError(f"{path.name} has no sheet with rows")
        self._header = [_text(cell).strip() for cell in rows[0]]
        self._rows = rows[1:]
        self._done = 0
        self.names = tuple(dict.fromkeys(name for name in self._header if name))
        others = len(book.sheet_names) - 1
        self.notes: tuple[str, ...] = (f"The sheet '{sheet}' was read, the others were not.",) if others else ()

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, as the same share of the file as of its rows."""
        return self._size * self._done // max(1, len(self._rows))

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the rows of the sheet; blank rows are counted and left out."""
        places = [self._header.index(name) for name in columns]
        self._done = 0
        for first in range(0, len(self._rows), batch_rows):
            part = self._rows[first : first + batch_rows]
            texts = [pa.array([_text(row[place]) for row in part], pa.string()) for place in places]
            positions = pa.array(np.arange(first + 1, first + 1 + len(part)))
            self._done = first + len(part)
            yield without_blank(RawRows(positions, pa.table(texts, names=list(columns))))


def _text(cell: _Cell) -> str:
    """A cell as text: 123 as a person sees it, although Excel keeps 123.0; dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
