"""What the questions of this package share: which dossiers are looked at, which page is wanted, and how it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from api.findings import Body
from api.pages import cursor_of
from api.tables import MEDIA_TYPES, TableFormat, written
from mining.slice import Slice

JSON = "application/json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The dossiers that are looked at, and up to when events count; None: up to when it is computed.

    Where that is left open, `hour` is that in which it is asked: time alone makes dossiers late, so what is known of
    now is kept until the next hour at most, also where no event comes.
    """

    chosen: Slice
    as_of: datetime | None
    hour: datetime | None = None

    def until(self) -> datetime:
        """Return up to when events count (with an offset)."""
        return self.as_of or datetime.now(UTC).replace(microsecond=0)

    def period(self) -> dict[str, datetime | None]:
        """Return when the dossiers were received (UTC), as documents name it."""
        given = {"received_from": self.chosen.received_from, "received_to": self.chosen.received_to}
        return {name: moment.astimezone(UTC) if moment else None for name, moment in given.items()}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: from the `offset`-th item on, at most `limit`; with a `form` all of it as a table instead."""

    offset: int
    limit: int
    form: TableFormat | None = None

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """Return the items of the page."""
        return items[self.offset : self.offset + self.limit]

    def rows(self, table: pa.Table) -> list[dict[str, Any]]:
        """Return the rows of the page."""
        rows: list[dict[str, Any]] = table.slice(self.offset, self.limit).to_pylist()
        return rows

    def next(self, total: int) -> str | None:
        """Return the cursor of the next page of a list of so many."""
        end = self.offset + self.limit
        return cursor_of(end) if total > end else None


def in_group(table: pa.Table, name: str, value: str | None) -> pa.Table:
    """Return the rows with a value in a column; an empty one stands for null, None for all rows."""
    if value is None:
        return table
    return table.filter(pc.equal(table[name], value) if value else pc.is_null(table[name]))


def json(document: BaseModel) -> Body:
    """Return a document as it is sent."""
    return Body(document.model_dump_json(by_alias=True).encode(), JSON)


def file(table: pa.Table, form: TableFormat, *, title: str, notes: tuple[str, ...] = ()) -> Body:
    """Return a table as a file."""
    return Body(written(table, form, title=title, notes=notes), MEDIA_TYPES[form])
