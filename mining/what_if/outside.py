"""How long work waited outside before it stood in a queue: what the log leaves between two bounds is drawn.

A log says when work began, not when it could have: a dossier may lie with another agency until then, or in a queue.
What is known is that work which began while somebody at its desk had been free was not there before; and that work
which began as somebody became free, or as the office opened, was there at some time since nobody had been free. So
the wait outside of each piece lies between two bounds (interval censoring, Turnbull 1976).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mining.waiting.ranges import Ints, Mask
from mining.what_if.handled import PAUSE_US, Handled, full_since
from mining.what_if.model import UNKNOWN_US, Model

_SURE_US = 600_000_000
_LEAST_SURE = 0.02
"""Where fewer pieces of a kind surely waited outside than this share, none of them did."""
_ROUNDS = 5
_EXACT_US = PAUSE_US + 60_000_000


def waited_outside(work: Handled, desk: Ints, kind: Ints, sittings: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Tell the least and the most that each piece of work waited outside before it was queued, in microseconds.

    `kind` numbers what waits alike, `sittings` are the instants at which the tray of each desk is emptied, if it is.
    """
    low, high = _bounds(work, desk, sittings)
    none = ~_waits(low - work.ready_us, kind)
    known = np.where(none, work.ready_us, high)
    sure = none | (high - low <= _EXACT_US)
    low, high = _in_turn(work, desk, (low, high), np.where(sure, known, UNKNOWN_US))
    low, high = np.where(none, work.ready_us, low), np.where(none, work.ready_us, high)
    return low - work.ready_us, high - work.ready_us


def redrawn(model: Model, random: np.random.Generator) -> Model:
    """Return the model with waits outside as they may have been."""
    known, waited = model.outside, model.tasks.outside_us.copy()
    waited[known.task] = _drawn_by_kind(known.least_us, known.most_us, known.kind, random)
    return replace(model, tasks=replace(model.tasks, outside_us=waited))


def _bounds(work: Handled, desk: Ints, sittings: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Between which instants each piece was queued: since nobody was free, or since the tray was last emptied."""
    since = full_since(work, desk)
    low, high = work.instants(np.arange(len(work)), since - PAUSE_US), work.start_us.copy()
    for number, instants in enumerate(sittings):
        if len(instants):
            own = np.flatnonzero(desk == number)
            place = np.searchsorted(instants, work.start_us[own], "right") - 1
            own, place = own[place >= 0], place[place >= 0]
            high[own] = instants[place]
            low[own] = np.where(place > 0, instants[np.maximum(place - 1, 0)], work.ready_us[own])
    high = np.clip(high, work.ready_us, work.start_us)
    return np.clip(low, work.ready_us, high), high


def _waits(least_us: Ints, kind: Ints) -> Mask:
    """Of which kind enough surely waited outside."""
    many = np.bincount(kind)
    enough: Mask = np.bincount(kind, least_us > _SURE_US) >= np.maximum(_LEAST_SURE * many, 1)
    return enough[kind]


def _in_turn(work: Handled, desk: Ints, bounds: tuple[Ints, Ints], queued_us: Ints) -> tuple[Ints, Ints]:
    """Narrow the bounds by whose turn it was: what was begun later was queued later, unless it was urgent.

    `queued_us` is when each piece was queued, where that is known. One that was queued later than one that was begun
    after it is urgent: it tells nothing of those that follow.
    """
    low, high = bounds
    order = np.lexsort((work.start_us, desk))
    queued, of = queued_us[order], desk[order]
    origin, length = int(work.ready_us.min()), int(work.start_us.max() - work.ready_us.min()) + 1
    lane = of * length
    known = queued != UNKNOWN_US
    line = np.where(known, lane + queued - origin, 0)
    ahead = np.where(known, line, lane + length)
    later = np.append(np.minimum.accumulate(ahead[::-1])[::-1][1:], np.iinfo(np.int64).max)
    steady = known & (line <= later)
    told = np.where(steady, line, lane)
    most_before = np.append(lane[0], np.maximum.accumulate(told)[:-1])
    # The second latest of those before: the latest may be an urgent one that nothing later gives away.
    sooner = np.append(lane[0], np.maximum.accumulate(np.minimum(told, most_before))[:-1])
    least, most = np.maximum(sooner - lane, 0) + origin, np.minimum(later - lane, length) + origin
    fits = (least <= high[order]) & (most >= low[order]) & (least <= most)
    low, high = low.copy(), high.copy()
    rows = order[fits]
    low[rows], high[rows] = np.maximum(low[rows], least[fits]), np.minimum(high[rows], most[fits])
    return low, np.maximum(low, high)


def _drawn_by_kind(low_us: Ints, high_us: Ints, kind: Ints, random: np.random.Generator) -> Ints:
    """Draw how long each piece waited outside, from what is known of its kind, within its bounds.

    A few rounds of: draw each that is not known from the present values of its kind that lie within its bounds, evenly
    between the bounds where there are none (stochastic EM, Celeux and Diebolt 1985).
    """
    waited = low_us.copy()
    order = np.argsort(kind, kind="stable")
    cuts = np.flatnonzero(np.append(True, kind[order][1:] != kind[order][:-1]))
    for rows in np.split(order, cuts[1:]):
        if high_us[rows].any():
            waited[rows] = _drawn(low_us[rows], high_us[rows], random)
    return waited


def _drawn(low: Ints, high: Ints, random: np.random.Generator) -> Ints:
    known = high - low <= _EXACT_US
    values = np.where(known, high, low + (random.random(len(low)) * (high - low)).astype(np.int64))
    pool = values[known] if known.sum() >= _ROUNDS else values
    for _ in range(_ROUNDS):
        pool = np.sort(pool)
        first, last = np.searchsorted(pool, low, "left"), np.searchsorted(pool, high, "right")
        place = first + (random.random(len(low)) * (last - first)).astype(np.int64)
        found = pool[np.minimum(place, len(pool) - 1)]
        evenly = low + (random.random(len(low)) * (high - low)).astype(np.int64)
        values = np.where(known, high, np.where(last > first, found, evenly))
        pool = values
    return values
