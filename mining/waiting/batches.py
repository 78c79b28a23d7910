"""Batches: work that was let pile up and was then done in one go."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mining.waiting.ranges import MOST, Ints, Mask, least_over
from mining.waiting.steps import NONE
from mining.waiting.timeline import Lanes, Timeline, Windows

PAUSE_US = 300_000_000
"""A pause of up to 5 working minutes is none: people look up, and logs are exact to the minute only."""
NEARLY_ALL = 0.9
"""The share of what lay ready that a batch takes: what is left may have come for somebody else."""
HABIT = 0.1
"""The share of what an officer does that comes in batches: what is rarer has come about by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Batches:
    """The batch of each piece of work, numbered from 0, or NONE; the two others are by batch.

    `enabled` is when the last member was enabled, `enabled_worked` the working time then, and `begin` when the first
    one was begun, all on the line.
    """

    of: Ints
    enabled: Ints
    enabled_worked: Ints
    begin: Ints
    begin_worked: Ints

    @classmethod
    def none(cls, rows: int) -> Self:
        """No batches for so many pieces of work."""
        return cls(np.full(rows, NONE), *(np.empty(0, np.int64) for _ in range(4)))


def sittings(work: Windows, ready: Windows, lane: Ints, lanes: Lanes, busy: Timeline) -> Batches:
    """Find the batches by the strict rule: work that was let pile up, though its officer was free, and done in one go.

    A sitting is what an officer does one after the other, without a pause, and all lay ready when it began (`ready` is
    for how long each had). It is a batch if two of its pieces lay ready while the officer was free, since the office
    had last opened: in office hours and not at work, for longer than a pause; if it takes NEARLY_ALL of what lay ready
    when it began; and if that is the officer's HABIT. A queue behind a busy officer, or before the office opens, is
    none: nothing lay ready while the officer was free. Nor is work that only seems to lie ready and waits for others
    to answer: it is taken up piece by piece, and most of it is left.
    """
    order = np.lexsort((ready.begin, work.begin))
    shift = lane[order] * lanes.length_us
    begin, end = work.begin_worked[order] + shift, work.end_worked[order] + shift
    starts = _chained(begin, end + PAUSE_US, ready.begin[order], work.begin[order])
    sizes = np.diff(np.append(starts, len(order)))
    lay = np.searchsorted(np.sort(ready.begin), work.begin[order[starts]], "right")
    lay -= np.searchsorted(work.begin[order], work.begin[order[starts]], "left")
    rows = np.flatnonzero(np.repeat((sizes > 1) & (sizes >= NEARLY_ALL * lay), sizes))
    chain = np.repeat(np.arange(len(starts)), sizes)[rows]
    free = _free_us(order[rows], order[starts[chain]], (work, ready, lane, lanes, busy)) > PAUSE_US
    piled_up = np.bincount(chain[free], minlength=len(starts)) > 1
    works = np.bincount(lane, minlength=len(lanes.times))
    own = lane[order[starts]]
    batched = np.bincount(own, weights=sizes * piled_up, minlength=len(works))
    return _numbered(order, starts, piled_up & (batched >= HABIT * works)[own], work, ready)


def _free_us(rows: Ints, first: Ints, known: tuple[Windows, Windows, Ints, Lanes, Timeline]) -> Ints:
    """For how long the officer was free while a row lay ready, since the last opening before the first was begun."""
    work, ready, lane, lanes, busy = known
    waits = ready.take(rows).until(work.begin[first], work.begin_worked[first])
    waits = waits.from_(*lanes.opened(lane[first], work.begin[first]))
    return waits.working - busy.busy(waits).working


def gapless(work: Windows, waited: Windows, group: Ints) -> Batches:
    """Find the batches by the rule of the paper's tool: the same officer and activity (`group`), and no gap.

    Swept by start, the next one joins if it was enabled when the batch began, and begins before the batch has ended.
    """
    order = np.lexsort((waited.begin, work.begin, group))
    instants, place = np.unique(np.concatenate((work.begin, work.end, waited.begin)), return_inverse=True)
    begin, end, enabled = place.reshape(3, -1)[:, order] + group[order] * (len(instants) + 1)
    starts = _chained(begin, end, enabled, begin)
    return _numbered(order, starts, np.ones(len(starts), np.bool_), work, waited)


def _chained(begin: Ints, end: Ints, enabled: Ints, enabled_by: Ints) -> Ints:
    """Return where a new chain starts: at 0, then at the first gap, or the first that was enabled too late.

    All are sorted by begin. From i on, the first gap is the first j > i that begins after all of i to j - 1 have ended;
    too late is the first j > i with enabled[j] > enabled_by[i]. Before i none was, as work is enabled before it begins,
    so the highest value so far finds it.
    """
    size = len(begin)
    if not size:
        return np.empty(0, np.int64)
    rows = np.arange(size)
    reach = np.searchsorted(begin, end, "right")
    bridge = -least_over(rows + 1, reach, -rows, size)
    bridge[bridge == -MOST] = NONE
    gap = np.minimum(least_over(bridge + 1, rows, rows, size), size)
    late = np.searchsorted(np.maximum.accumulate(enabled), enabled_by, "right")
    return np.flatnonzero(_visited(np.minimum(gap, np.maximum(late, rows + 1))))


def _visited(following: Ints) -> Mask:
    """Mark what is reached from 0, each time twice as many steps along as before."""
    size = len(following)
    jump, seen = np.append(following, size), np.zeros(size + 1, np.bool_)
    seen[0] = True
    count = 0
    while count != (count := int(seen.sum())):
        seen[jump[seen]] = True
        jump = jump[jump]
    return seen[:size]


def _numbered(order: Ints, starts: Ints, holds: Mask, work: Windows, waited: Windows) -> Batches:
    """Number the chains that are batches: those that hold and have two pieces."""
    sizes = np.diff(np.append(starts, len(order)))
    kept = holds & (sizes > 1)
    number = np.where(kept, np.cumsum(kept) - 1, NONE)
    of = np.full(len(order), NONE)
    of[order] = np.repeat(number, sizes)
    first = order[starts[kept]]
    members = order[np.isin(np.repeat(number, sizes), NONE, invert=True)]
    bounds = np.append(0, np.cumsum(sizes[kept]))[:-1]
    enabled = np.maximum.reduceat(waited.begin[members], bounds) if len(bounds) else bounds
    worked = np.maximum.reduceat(waited.begin_worked[members], bounds) if len(bounds) else bounds
    return Batches(of, enabled, worked, work.begin[first], work.begin_worked[first])
