"""The dossiers behind a figure, with the hours of each, the most first."""

from dataclasses import dataclass
from uuid import UUID

import duckdb
import numpy as np

from mining.ask import rows
from mining.bottlenecks.measure import Numbers
from mining.waiting.ranges import Ints


@dataclass(frozen=True, slots=True)
class DossierHours:
    """A dossier, its procedure, the unit that received it, and the working hours that count in a figure."""

    dossier: UUID
    procedure: str
    unit: str | None
    hours: float


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """All dossiers behind a figure by their numbers, the most hours first; `hours` add up to the figure."""

    numbers: Ints
    hours: Numbers

    @classmethod
    def of(cls, numbers: Ints, hours: Numbers) -> "Behind":
        """Add the hours of rows up by dossier."""
        known, place = np.unique(numbers, return_inverse=True)
        sums = np.asarray(np.bincount(place, hours, minlength=len(known)), np.float64)
        order = np.lexsort((known, -sums))
        return cls(known[order], sums[order])

    def __len__(self) -> int:
        return len(self.numbers)

    def named(
        self, cursor: duckdb.DuckDBPyConnection, *, offset: int = 0, limit: int = 100
    ) -> tuple[DossierHours, ...]:
        """Return dossiers from the `offset`-th on, at most `limit`; one that was erased meanwhile is left out."""
        part = slice(offset, offset + limit)
        asked = {"numbers": self.numbers[part].tolist()}
        known = {row["first_event_no"]: row for row in rows(cursor, "compare_dossiers", asked)}
        pairs = zip(asked["numbers"], self.hours[part].tolist(), strict=True)
        return tuple(
            DossierHours(UUID(str(row["dossier"])), row["procedure"], row["unit"], hours)
            for number, hours in pairs
            if (row := known.get(number))
        )
