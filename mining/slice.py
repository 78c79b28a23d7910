"""Which dossiers a question is about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from mining import MiningError
from mining.ask import rows

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class SliceError(MiningError):
    """The slice that was asked for makes no sense."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The dossiers of a procedure, case variant, version, channel and unit, received in a period; None leaves it open.

    A dossier is received at its earliest instant; the period is [received_from, received_to), both with an offset.
    Raises SliceError for a time without an offset and for a period that is empty.
    """

    procedure: str | None = None
    case_variant: str | None = None
    process_version: str | None = None
    channel: str | None = None
    unit: str | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None

    def __post_init__(self) -> None:
        for name, moment in (("received_from", self.received_from), ("received_to", self.received_to)):
            if moment is not None and moment.utcoffset() is None:
                raise SliceError(f"{name} {moment.isoformat()} has no UTC offset; write it like 2025-01-31T08:00+07:00")
        if self.received_from and self.received_to and self.received_from >= self.received_to:
            raise SliceError(
                f"received_from {self.received_from.isoformat()} is not before"
                f" received_to {self.received_to.isoformat()}; the period must have a length"
            )


def scope(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> dict[str, Any]:
    """Return what the questions on a slice are asked with: its cohorts and its period."""
    named = {
        "procedure": chosen.procedure,
        "case_variant": chosen.case_variant,
        "process_version": chosen.process_version,
        "channel": chosen.channel,
        "unit": chosen.unit,
    }
    return {
        "cohorts": [row["cohort"] for row in rows(cursor, "slice_cohorts", named)],
        "received_from": chosen.received_from or _EVER,
        "received_to": chosen.received_to or _NEVER,
    }
