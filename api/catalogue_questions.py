"""What can be asked of the catalogue over HTTP, a class each: equal questions have equal answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from importlib import resources
from typing import Any, ClassVar, Literal

import duckdb
import msgspec
from pydantic import BaseModel

from api import catalogue_answers
from api.findings import Body, Sources
from api.pages import cursor_of

JSON = "application/json"
_PAGES: dict[str, tuple[type[BaseModel], type[BaseModel], str]] = {
    "procedures": (catalogue_answers.CatalogueProcedurePage, catalogue_answers.CatalogueProcedure, "code"),
    "processes": (catalogue_answers.ApprovedPage, catalogue_answers.Approved, "place"),
    "units": (catalogue_answers.CatalogueUnitPage, catalogue_answers.CatalogueUnit, "code"),
}
"""What a page of each list is, its items, and by which column it goes on."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Which entries are in force, after one in their order, at most `limit`?

    `chosen` is the field of procedures, the procedure of processes, or the unit above units; None for all.
    """

    what: Literal["procedures", "processes", "units"]
    chosen: str | None
    after: str | None
    limit: int
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a CatalogueProcedurePage, an ApprovedPage or a CatalogueUnitPage."""
        page, item, place = _PAGES[self.what]
        values = {"chosen": self.chosen, "after": self.after or "", "most": self.limit + 1}
        with sources.reading() as cursor:
            rows = _rows(cursor, f"catalogue_{self.what}", values)
        following = cursor_of(rows[self.limit - 1][place]) if len(rows) > self.limit else None
        items = [item.model_validate(_as_shown(row)) for row in rows[: self.limit]]
        return _json(page.model_validate({"items": items, "next": following}))


@dataclass(frozen=True, slots=True)
class Entries:
    """What was said of the catalogue, the latest first, before an entry number, at most `limit`?"""

    kind: str | None
    key: str | None
    history: bool
    before: int
    limit: int
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a CatalogueEntryPage."""
        values = {
            "kind": self.kind,
            "key": self.key,
            "history": self.history,
            "before": self.before,
            "most": self.limit + 1,
        }
        with sources.reading() as cursor:
            rows = _rows(cursor, "catalogue_entries", values)
        following = cursor_of(rows[self.limit - 1]["entry_no"]) if len(rows) > self.limit else None
        items = [
            catalogue_answers.CatalogueEntry(
                **{
                    **row,
                    "content": msgspec.json.decode(row["content"]) if row["content"] else None,
                    "recorded_at": row["recorded_at"].astimezone(UTC),
                }
            )
            for row in rows[: self.limit]
        ]
        return _json(catalogue_answers.CatalogueEntryPage(items=items, next=following))


def procedure_names(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    """Return the name and the field of the procedures of the log that the catalogue knows, by their codes."""
    found = _rows(cursor, "procedure_names", {})
    return {row["procedure"]: (row["known"]["name"], row["known"]["field"]) for row in found}


def _rows(cursor: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    question = resources.files("api").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = cursor.execute(question, values).to_arrow_table().to_pylist()
    return found


def _as_shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what only leads to the next page; a process without steps has an empty list."""
    shown = {name: value for name, value in row.items() if name != "place"}
    return {**shown, "steps": row["steps"] or []} if "steps" in row else shown


def _json(document: BaseModel) -> Body:
    return Body(document.model_dump_json(by_alias=True).encode(), JSON)
