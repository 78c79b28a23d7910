"""What can be asked over HTTP about changed dates, a class each: equal questions have equal answers."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from api import time_answers
from api.findings import Body, Sources
from api.pages import cursor_of
from api.tables import MEDIA_TYPES, TableFormat, written
from api.time_questions import JSON, known
from mining.clocks.resets import ResetQuestion, changed_dates, changes_by_unit


@dataclass(frozen=True, slots=True)
class Resets:
    """Which units changed how many dates: from the `offset`-th on, at most `limit`, or all of them as a table?"""

    asked: ResetQuestion
    offset: int
    limit: int
    form: TableFormat | None

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a time_answers.ResetPage, or a table of all units."""
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            found = changes_by_unit(cursor, self.asked)
        if self.form:
            return Body(written(found, self.form, title="Resets by unit"), MEDIA_TYPES[self.form])
        return _page(time_answers.ResetPage, found, self.asked, self.offset, self.limit)


@dataclass(frozen=True, slots=True)
class ChangedDates:
    """Which changes did a unit make, of a kind: from the `offset`-th on, at most `limit`, or all of them as a table?

    An empty `unit` stands for the changes of which the events name no unit, None for those of all.
    """

    asked: ResetQuestion
    unit: str | None
    kind: str | None
    offset: int
    limit: int
    form: TableFormat | None

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a time_answers.ChangedDatePage, or a table of all changes."""
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            found = changed_dates(cursor, self.asked)
        if self.unit is not None:
            found = found.filter(pc.equal(found["unit"], self.unit) if self.unit else pc.is_null(found["unit"]))
        if self.kind is not None:
            found = found.filter(pc.equal(found["kind"], self.kind))
        if self.form:
            return Body(written(found, self.form, title="Changed dates"), MEDIA_TYPES[self.form])
        return _page(time_answers.ChangedDatePage, found, self.asked, self.offset, self.limit)


def _page(model: type[BaseModel], found: pa.Table, asked: ResetQuestion, offset: int, limit: int) -> Body:
    end = offset + limit
    page = model.model_validate(
        {
            "from": asked.said_from,
            "to": asked.said_to,
            "total": found.num_rows,
            "items": found.slice(offset, limit).to_pylist(),
            "next": cursor_of(end) if found.num_rows > end else None,
        }
    )
    return Body(page.model_dump_json(by_alias=True).encode(), JSON)
