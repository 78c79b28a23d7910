"""The time for which a dossier was not the agency's: its legal clock stood still, or the citizen had it back."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.waiting.ranges import Ints, last_at_most

_INSTANT = pa.timestamp("us", "UTC")
_NEVER_US = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class AwayTimes:
    """Stretches, by dossier and then by time, that do not overlap within a dossier."""

    dossier: Ints
    from_us: Ints
    to_us: Ints

    @classmethod
    def none(cls) -> Self:
        """No stretches at all."""
        return cls(*(np.empty(0, np.int64) for _ in range(3)))

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        """Read the columns dossier (int64), from_at and to_at (instants; null: it goes on)."""
        dossier = np.asarray(table["dossier"].cast(pa.int64()))
        from_us = np.asarray(table["from_at"].cast(_INSTANT).cast(pa.int64()))
        to_us = np.asarray(pc.fill_null(table["to_at"].cast(_INSTANT).cast(pa.int64()), _NEVER_US))
        order = np.lexsort((from_us, dossier))
        return cls(dossier[order], from_us[order], to_us[order])


def left_over(away: AwayTimes, dossier: Ints, begin_us: Ints, end_us: Ints) -> tuple[Ints, Ints, Ints]:
    """Cut the stretches of their dossier out of intervals; return owner (a row, ascending), begin and end of each rest.

    Every interval of some length keeps one row at least where nothing is cut out; empty rests are left out.
    """
    low, high = np.searchsorted(away.dossier, dossier, "left"), np.searchsorted(away.dossier, dossier, "right")
    first = last_at_most(away.to_us, low, high, begin_us) + 1
    count = np.maximum(last_at_most(away.from_us, low, high, end_us - 1) + 1 - first, 0)
    owner = np.repeat(np.arange(len(dossier)), count + 1)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    span = first[owner] + turn
    begin, end = begin_us[owner], end_us[owner]
    later, sooner = turn > 0, turn < count[owner]
    begin[later] = np.maximum(begin[later], away.to_us[span[later] - 1])
    end[sooner] = np.minimum(end[sooner], away.from_us[span[sooner]])
    kept = end > begin
    return owner[kept], begin[kept], end[kept]


def ready_since(owner: Ints, begins: Ints, ends: Ints, end_us: Ints) -> Ints:
    """Return since when each dossier had been the agency's at the end of its interval; else that end.

    The first three are what `left_over` returned for the intervals.
    """
    ready = end_us.copy()
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True)[: len(owner)])
    last = last[ends[last] == end_us[owner[last]]]
    ready[owner[last]] = begins[last]
    return ready
