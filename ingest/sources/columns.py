"""Which column of a file says what: told by a person, or found by its name."""

import csv
from dataclasses import dataclass, fields
from typing import Self

from ingest.sources.error import SourceError


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The column for each field of an event: None lets the name be detected, an empty name leaves the field out."""

    dossier: str | None = None
    activity: str | None = None
    completed: str | None = None
    started: str | None = None
    procedure: str | None = None
    officer: str | None = None
    unit: str | None = None
    role: str | None = None
    channel: str | None = None
    case_variant: str | None = None
    process_version: str | None = None
    step: str | None = None
    status: str | None = None
    due: str | None = None
    lifecycle: str | None = None
    outcome: str | None = None
    source_system: str | None = None
    digitised_input: str | None = None
    e_signed: str | None = None
    e_result: str | None = None
    paid_online: str | None = None
    apology: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `dossier=MaHS,activity=Buoc,completed=KetThuc`; quote an item whose column has a comma in its name.

        Raises SourceError for a field that does not exist, is named twice, or has no `=`.
        """
        named: dict[str, str] = {}
        for item in next(csv.reader([text], skipinitialspace=True), []):
            field, equals, column = (part.strip() for part in item.partition("="))
            if not equals:
                raise SourceError(f"'{item}' does not say a column; write it as field=column, like dossier=MaHS")
            if field not in FIELDS:
                raise SourceError(f"unknown field '{field}'; the fields are {', '.join(FIELDS)}")
            if field in named:
                raise SourceError(f"the field '{field}' is given twice: '{named[field]}' and '{column}'")
            named[field] = column
        return cls(**named)

    def named(self) -> dict[str, str]:
        """The fields that have a column, in the order of the class, with the column's name."""
        pairs = ((field, getattr(self, field)) for field in FIELDS)
        return {field: column for field, column in pairs if column}


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ColumnMapping))
TIMES = ("completed", "started", "due")
FLAGS = ("digitised_input", "e_signed", "e_result", "paid_online", "apology")
