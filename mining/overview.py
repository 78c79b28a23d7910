"""What there is: the log as a whole, its procedures, a single dossier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import duckdb

from mining.ask import rows


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The whole log; `first_at` and `last_at` (UTC) are None when it is empty.

    `activities` and `variants` count what was completed. `dropped_starts` counts steps whose source said that they
    started after their end: their start is treated as unknown.
    """

    dossiers: int
    events: int
    activities: int
    variants: int
    first_at: datetime | None
    last_at: datetime | None
    dropped_starts: int


@dataclass(frozen=True, slots=True)
class ProcedureSummary:
    """A procedure in numbers; `open_dossiers` are those in which a step was started and not completed (UTC)."""

    code: str
    dossiers: int
    open_dossiers: int
    events: int
    activities: int
    variants: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class StepRecord:
    """An activity instance; `position` and `completed_at` are None while it is open (UTC)."""

    position: int | None
    activity: str
    step: str | None
    started_at: datetime | None
    completed_at: datetime | None
    unit: str | None
    role: str | None
    officer: UUID | None


@dataclass(frozen=True, slots=True)
class DossierRecord:
    """A dossier with its steps in path order, the open ones last (UTC); `status` is the last national code known."""

    dossier: UUID
    procedure: str
    case_variant: str | None
    process_version: str | None
    channel: str | None
    unit: str | None
    opened_at: datetime
    last_at: datetime
    status: int | None
    events: int
    steps: tuple[StepRecord, ...]


def log_summary(cursor: duckdb.DuckDBPyConnection) -> LogSummary:
    """Return the whole derived log in numbers."""
    return LogSummary(**_in_utc(rows(cursor, "log_summary")[0]))


def procedures(cursor: duckdb.DuckDBPyConnection, codes: Collection[str] | None = None) -> tuple[ProcedureSummary, ...]:
    """Return each procedure in numbers, or each of `codes` that has dossiers, the one with the most first.

    Takes time in proportion to the dossiers of what is asked; passing over the others costs next to nothing.
    """
    known = [row for row in rows(cursor, "cohort_procedures") if codes is None or row["procedure"] in codes]
    cohorts = [row["cohort"] for row in known]
    return tuple(ProcedureSummary(**_in_utc(row)) for row in rows(cursor, "procedures", {"cohorts": cohorts}))


def dossier(cursor: duckdb.DuckDBPyConnection, dossier_id: UUID) -> DossierRecord | None:
    """Return one dossier, or None when nothing is derived for it; `dossier_id` is the pseudonym in the store."""
    found = rows(cursor, "dossier_row", {"dossier": dossier_id})
    if not found:
        return None
    row = _in_utc(found[0])
    key = {"dossier": dossier_id, "first_event_no": row.pop("first_event_no")}
    steps = tuple(_step(_in_utc(step)) for step in rows(cursor, "dossier_steps", key))
    return DossierRecord(dossier=dossier_id, steps=steps, **row)


def _step(row: dict[str, Any]) -> StepRecord:
    officer = row.pop("officer")
    return StepRecord(officer=UUID(officer) if officer else None, **row)


def _in_utc(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in row.items()}
