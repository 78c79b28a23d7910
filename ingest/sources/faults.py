"""The faults found in a batch of rows, and the records of the rows that cannot be used."""

from collections.abc import Callable

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.reject import Reason, Rejected
from ingest.sources.raw import RawRows

_SHOWN = 80


class Faults:
    """Collects why rows cannot be used; of several faults in one row the one found first stands."""

    def __init__(self, rows: RawRows, origin: str) -> None:
        self._rows = rows
        self._origin = origin
        self._found: dict[int, tuple[Reason, str]] = {}

    def add(self, failed: pa.Array, reason: Reason, detail: Callable[[int], str]) -> None:
        """Mark the rows where `failed` (boolean, null means no) is true; `detail` says more about one row."""
        for row in pc.indices_nonzero(pc.fill_null(failed, False)).to_pylist():
            if row not in self._found:
                self._found[row] = reason, detail(row)

    def put(self, row: int, reason: Reason, detail: str) -> None:
        """Mark one row that had no fault yet."""
        self._found[row] = reason, detail

    def usable(self) -> npt.NDArray[np.int64]:
        """The numbers (from 0 in the batch) of the rows without a fault."""
        faulty = np.fromiter(self._found, np.int64, len(self._found))
        return np.setdiff1d(np.arange(self._rows.columns.num_rows), faulty)

    def value(self, column: str, row: int) -> str:
        """What a cell holds, as text for a person, shortened when long."""
        text = str(self._rows.columns[column][row].as_py() or "")
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."

    def rejected(self) -> list[Rejected]:
        """A record of each faulty and each broken row, in the order of the file.

        The payload is JSON: the row in the columns that were read, or the text of a broken row.
        """
        faulty = sorted(self._found)
        table = self._rows.columns.take(pa.array(faulty, pa.int64()))
        cells = pa.table([column.cast(pa.string()) for column in table.itercolumns()], table.column_names)
        positions = self._rows.positions.take(pa.array(faulty, pa.int64())).to_pylist()
        records = [
            Rejected(self._origin, None, position, *self._found[row], msgspec.json.encode(values))
            for row, position, values in zip(faulty, positions, cells.to_pylist(), strict=True)
        ]
        records += [
            Rejected(self._origin, None, row.position, Reason.INVALID_FIELD, row.detail, msgspec.json.encode(row.text))
            for row in self._rows.broken
        ]
        return sorted(records, key=lambda record: record.position)
