"""Reading Parquet: typed columns, of which times stay times and the rest becomes text."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from ingest.sources.error import SourceError
from ingest.sources.raw import RawRows


class ParquetReader:
    """A Parquet file; columns of lists, structs and maps are not offered."""

    serial_dates = False
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = path.stat().st_size
        self._done = 0
        self._total = 0
        try:
            with parquet.ParquetFile(path) as file:
                schema = file.schema_arrow
                self._total = file.metadata.num_rows
        except pa.ArrowInvalid as error:
            raise SourceError(f"{path.name} is not a readable Parquet file: {error}") from error
        self.names = tuple(dict.fromkeys(field.name for field in schema if not pa.types.is_nested(field.type)))

    @property
    def bytes_read(self) -> int:
        """How far the latest reading has come, as the same share of the file as of its rows."""
        return self._size * self._done // max(1, self._total)

    def rows(self, columns: Sequence[str], batch_rows: int) -> Generator[RawRows, None, None]:
        """Read the rows of the file."""
        self._done = 0
        try:
            with parquet.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_rows, columns=list(columns)):
                    positions = pa.array(np.arange(self._done + 1, self._done + 1 + len(batch)))
                    self._done += len(batch)
                    named = zip(columns, map(batch.column, columns), strict=True)
                    yield RawRows(positions, pa.table({name: self._read(name, values) for name, values in named}))
        except OSError as error:
            raise SourceError(f"{self._path.name} is damaged: {error}; copy it again") from error

    def _read(self, name: str, values: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
            return values
        if pa.types.is_floating(values.type):
            return _numbers_as_text(values)
        try:
            return values.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SourceError(
                f"{self._path.name}: the column '{name}' ({values.type}) cannot be read as text: {error}"
            ) from error


def _numbers_as_text(values: pa.Array) -> pa.Array:
    """Tools that know no missing integers keep 123 as 123.0 and nothing as NaN; here it is 123 and nothing again."""
    values = pc.if_else(pc.is_nan(values), None, values.cast(pa.float64()))
    whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**53))
    integers = pc.if_else(whole, values, 0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, integers, values.cast(pa.string()))
