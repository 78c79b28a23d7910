"""How long work waited outside before it stood in a queue: what the log leaves between two bounds is drawn.

A log says when work began, not when it could have: a dossier may lie with another agency until then, or in a queue.
What is known is that work which began while somebody at its desk had been free was not there before; and that work
which began as somebody became free, or as the office opened, was there at some time since nobody had been free. So
the wait outside of each piece lies between two bounds (interval censoring, Turnbull 1976).
"""

import numpy as np

from mining.waiting.ranges import Ints
from mining.what_if.handled import PAUSE_US, Handled, full_since
from mining.what_if.teams import Sittings, Teams

_SURE_US = 600_000_000
_LEAST_SURE = 0.02
"""Where fewer pieces of a kind surely waited outside than this share, none of them did."""
_ROUNDS = 5


def bounds(work: Handled, teams: Teams, sittings: list[Sittings], times_us: list[Ints]) -> tuple[Ints, Ints]:
    """Return the least and the most that each piece of work can have waited outside, in microseconds.

    `times_us` are the instants of the sittings of each desk.
    """
    since = full_since(work, teams.desk, teams.officers)
    low, high = work.instants(np.arange(len(work)), since - PAUSE_US), work.start_us.copy()
    for number, rule in enumerate(sittings):
        if rule.minutes or rule.at_us:
            own = np.flatnonzero(teams.desk == number)
            place = np.searchsorted(times_us[number], work.start_us[own], "right") - 1
            known = place >= 0
            own, place = own[known], place[known]
            high[own] = times_us[number][place]
            low[own] = np.where(place > 0, times_us[number][np.maximum(place - 1, 0)], work.ready_us[own])
    high = np.clip(high, work.ready_us, work.start_us)
    low = np.clip(low, work.ready_us, high)
    low, high = low - work.ready_us, high - work.ready_us
    return np.where(work.estimated, 0, low), np.where(work.estimated, 0, high)


def waited_outside(low_us: Ints, high_us: Ints, kind: Ints, random: np.random.Generator) -> Ints:
    """Draw how long each piece waited outside, from what is known of its kind, within its bounds.

    A few rounds of: draw each that is not known from the present values of its kind that lie within its bounds, evenly
    between the bounds where there are none (stochastic EM, Celeux and Diebolt 1985).
    """
    waited = low_us.copy()
    order = np.argsort(kind, kind="stable")
    cuts = np.flatnonzero(np.append(True, kind[order][1:] != kind[order][:-1])) if len(order) else order
    for rows in np.split(order, cuts[1:]):
        if len(rows) and (low_us[rows] > _SURE_US).mean() >= _LEAST_SURE:
            waited[rows] = _drawn(low_us[rows], high_us[rows], random)
    return waited


def _drawn(low: Ints, high: Ints, random: np.random.Generator) -> Ints:
    known = high - low <= PAUSE_US + _SURE_US // 10
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
