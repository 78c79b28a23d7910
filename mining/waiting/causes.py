"""What the time between enablement and start went to: six causes that add up to it, exactly.

After Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, "Why am I waiting? Data-driven analysis of waiting times in
business processes" (2022); the citizen's time is ours. Each instant counts for the first cause that holds.
"""

from dataclasses import dataclass

import numpy as np

from mining.waiting.batches import Batches
from mining.waiting.ranges import MOST, Ints, Mask, least_over, sums_at_most
from mining.waiting.steps import NONE
from mining.waiting.timeline import Split, Timeline, Windows

CAUSES = ("citizen", "batching", "contention", "prioritization", "unavailability", "extraneous")


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """Some pieces of work, a row each, and all that is known of their waits, on the line.

    `waited` is the whole wait of each, `ready` the part at its end for which it lay ready, `work` what followed. The
    agency's part of the waits comes in `pieces`, whose rows are `owner`, ascending; what is left out is the citizen's.
    """

    waited: Windows
    ready: Windows
    work: Windows
    pieces: Windows
    owner: Ints
    batches: Batches
    busy: Timeline


def split(queue: Queue) -> dict[str, Split]:
    """Split waits by cause, by the strict rule: what lay ready first should be done first."""
    held, rest = _cut_by_batch(queue)
    return _summed(queue, held, rest, queue.busy.busy_with(rest, queue.pieces.begin))


def split_gapless(queue: Queue) -> dict[str, Split]:
    """Split waits as the paper's tool does: other work is compared with when the batch was enabled, members are not.

    So the time until the batch begins is compared with the one instant, that from there on, while it goes on without
    a gap, with the other.
    """
    held, rest = _cut_by_batch(queue)
    of = queue.batches.of[queue.owner]
    member = of != NONE
    enabled = queue.waited.begin[queue.owner]
    enabled[member] = queue.batches.enabled[of[member]]
    begin, begin_worked = rest.end.copy(), rest.end_worked.copy()
    begin[member], begin_worked[member] = queue.batches.begin[of[member]], queue.batches.begin_worked[of[member]]
    contention = queue.busy.busy_with(rest.until(begin, begin_worked), enabled)
    within = rest.from_(begin, begin_worked)
    rows = np.flatnonzero(member & (within.elapsed > 0))
    inner = _within_batches(queue, within.take(rows), queue.owner[rows])
    contention.elapsed[rows] += inner.elapsed
    contention.working[rows] += inner.working
    return _summed(queue, held, rest, contention)


def _cut_by_batch(queue: Queue) -> tuple[Windows, Windows]:
    """The part of each piece until the last member of its batch was ready, and the part from then on."""
    of = queue.batches.of[queue.owner]
    member = of != NONE
    until, worked = queue.pieces.begin.copy(), queue.pieces.begin_worked.copy()
    until[member], worked[member] = queue.batches.enabled[of[member]], queue.batches.enabled_worked[of[member]]
    return queue.pieces.until(until, worked), queue.pieces.from_(until, worked)


def _summed(queue: Queue, held: Windows, rest: Windows, contention: Split) -> dict[str, Split]:
    """Add the pieces up by wait. What is neither batching nor busy is closed, which is no working time, or the rest."""
    busy = queue.busy.busy(rest)
    idle = rest.split - busy
    parts = {
        "batching": held.split,
        "contention": contention,
        "prioritization": busy - contention,
        "unavailability": Split(idle.elapsed - idle.working, np.zeros(len(queue.owner), np.int64)),
        "extraneous": Split(idle.working, idle.working),
    }
    bounds = np.searchsorted(queue.owner, np.arange(len(queue.waited.begin) + 1))
    citizen = queue.waited.split - _between(queue.pieces.split, bounds)
    return {"citizen": citizen} | {cause: _between(part, bounds) for cause, part in parts.items()}


def _between(part: Split, bounds: Ints) -> Split:
    """Sums of the rows between bounds. A running sum may run over 64 bits; its differences are right all the same."""
    return Split(*(np.diff(np.append(0, np.cumsum(values))[bounds]) for values in (part.elapsed, part.working)))


def _within_batches(queue: Queue, asked: Windows, owner: Ints) -> Split:
    """The contention within a batch: with members enabled no later than oneself, and with others than the batch was.

    The cells of the line that each batch takes are laid out batch by batch. There is no gap in a batch: all is busy.
    """
    batches, work, waited, busy = queue.batches, queue.work, queue.waited, queue.busy
    number = batches.of
    members = np.flatnonzero(number != NONE)
    begin, end = busy.cell_of(work.begin), busy.cell_of(work.end)
    lows, sizes = busy.cell_of(batches.begin), np.zeros(len(batches.begin), np.int64)
    np.maximum.at(sizes, number[members], end[members])
    sizes -= lows
    offsets = np.append(0, np.cumsum(sizes))
    batch = np.repeat(np.arange(len(sizes)), sizes)
    cell = np.arange(offsets[-1]) - offsets[batch] + lows[batch]
    place = offsets[number[members]] - lows[number[members]]
    first, last = begin[members] + place, end[members] + place
    least = least_over(first, last, waited.begin[members], int(offsets[-1]))
    at_work = np.zeros(len(cell) + 1, np.int64)
    np.add.at(at_work, first, 1)
    np.subtract.at(at_work, last, 1)
    others = _others_at_work(busy.edges[cell], np.cumsum(at_work)[:-1], batches.enabled[batch], waited, work)
    least[others] = -MOST
    shift = offsets[number[owner]] - lows[number[owner]]
    weights = np.diff(busy.edges)[cell], np.diff(busy.worked)[cell]
    low, high = busy.cell_of(asked.begin) + shift, busy.cell_of(asked.end) + shift
    return Split(*sums_at_most(least, weights, low, high, waited.begin[owner]))


def _others_at_work(instants: Ints, members: Ints, enabled: Ints, waited: Windows, work: Windows) -> Mask:
    """Where more work goes on, that was enabled by a given instant, than what the members of a batch do."""
    at_work = np.zeros(len(instants), np.int64)
    for bounds, sign in ((work.begin, 1), (work.end, -1)):
        order = np.argsort(bounds, kind="stable")
        high = np.searchsorted(bounds[order], instants, "right")
        ones = (np.ones(len(order), np.int64),)
        at_work += sign * sums_at_most(waited.begin[order], ones, np.zeros_like(high), high, enabled)[0]
    return at_work > members
