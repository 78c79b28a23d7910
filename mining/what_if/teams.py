"""Who shares a queue, and when it is worked off: teams, single officers, and sittings at which a tray is emptied."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, Steps
from mining.what_if.handled import PAUSE_US, Handled, full_since

_MINUTE_US = 60_000_000
_DAY_MINUTES = 1440
_OWN_QUEUES = 0.5
"""From this share on officers have queues of their own: of work that waited for one though another was free."""
_LEAST = 20
_MOST_AT_ONCE = 2.0
"""As for the load of `mining.opportunities.contention`."""
_LEAST_SITTINGS = 10
_KEPT = 0.8
"""The share of what is begun afresh in the day that falls on the times of sittings."""
_HABIT = 0.1
_LEAST_AT_ONE = 3
_NEAR_MINUTES = 2
_MOST_SITTINGS = 12
_BATCHED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Teams:
    """The desk of each piece of work, how many officers each desk has, and the team that each desk is of."""

    desk: Ints
    officers: Ints
    team: Ints


@dataclass(frozen=True, slots=True)
class Sittings:
    """When a tray is emptied: minutes of the local day, or the instants at which it was; neither: no sittings."""

    minutes: tuple[int, ...] = ()
    at_us: tuple[int, ...] = ()


def find_teams(steps: Steps, work: Handled) -> Teams:
    """Tell who shares a queue: roles of a unit with officers in common are a team.

    A team shares one queue unless its officers have queues of their own: of the work that lay ready and was begun by
    an officer at the moment when that officer became free, more than half had waited though another one was free.
    """
    team = _joined(steps, work)
    officers = _officers(work, team)
    own = _has_own_queues(work, team, officers)
    single = own[team]
    desk_key = np.where(single, work.officer + 1, 0)
    keys, desk = np.unique(np.stack((team, desk_key)), axis=1, return_inverse=True)
    desk = desk.ravel()
    return Teams(desk, np.where(own[keys[0]], 1, officers[keys[0]]), keys[0])


def at_several(work: Handled, teams: Teams) -> Mask:
    """Return which work is of officers who are at several pieces at once on average: when they worked is unknown.

    Such a step takes as long as it took in the log, whatever the queue.
    """
    size = int(teams.team.max(initial=-1)) + 1
    team = teams.team[teams.desk]
    spans = np.bincount(team, work.to_worked - work.from_worked, minlength=size)
    effort = np.bincount(team, work.effort_us, minlength=size)
    return np.asarray((spans > _MOST_AT_ONCE * np.maximum(effort, 1))[team], np.bool_)


def find_sittings(work: Handled, desk: Ints, batched: Mask, zone_us: int, count: int) -> list[Sittings]:
    """Tell at which times of day each desk empties its tray.

    What is begun afresh, its officer having paused, is begun at these times then, rather than when it comes or when
    the office opens. A desk that mostly works in batches without such times had sittings when it had them.
    """
    fresh = _fresh(work, desk)
    order = np.lexsort((work.start_us, desk))
    bounds = np.searchsorted(desk[order], np.arange(count + 1))
    found = []
    for number in range(count):
        rows = order[bounds[number] : bounds[number + 1]]
        found.append(_sittings(work, rows[fresh[rows]], zone_us, float(batched[rows].mean()) if len(rows) else 0.0))
    return found


def _joined(steps: Steps, work: Handled) -> Ints:
    """The team of each piece of work. Where no role is named the activity stands for it."""
    unit = steps.unit.codes[work.row] + 1
    role = steps.role.codes[work.row]
    role = np.where(role == NONE, len(steps.role.names) + steps.activity.codes[work.row], role)
    duty = np.unique(np.stack((unit, role)), axis=1, return_inverse=True)[1].ravel()
    place = np.unique(np.stack((unit, work.officer)), axis=1, return_inverse=True)[1].ravel()
    duties, size = int(duty.max(initial=-1)) + 1, int(duty.max(initial=-1)) + int(place.max(initial=-1)) + 2
    links = coo_array((np.ones(len(duty)), (duty, duties + place)), shape=(size, size))
    joined = connected_components(links, directed=False)[1][duty]
    return np.unique(joined, return_inverse=True)[1].astype(np.int64)


def _officers(work: Handled, desk: Ints) -> Ints:
    """How many officers each desk has: those who were there for at least half of the time for which it worked."""
    keys, who = np.unique(np.stack((desk, work.officer)), axis=1, return_inverse=True)
    first, last = np.full(keys.shape[1], np.iinfo(np.int64).max), np.full(keys.shape[1], np.iinfo(np.int64).min)
    np.minimum.at(first, who.ravel(), work.start_us)
    np.maximum.at(last, who.ravel(), work.end_us)
    size = int(desk.max(initial=-1)) + 1
    begin, end = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(begin, keys[0], first)
    np.maximum.at(end, keys[0], last)
    there = 2 * (last - first) >= (end - begin)[keys[0]]
    return np.maximum(np.bincount(keys[0], there, minlength=size), 1).astype(np.int64)


def _has_own_queues(work: Handled, team: Ints, officers: Ints) -> Mask:
    order = np.lexsort((work.from_worked, work.officer))
    before = np.full(len(work), -PAUSE_US)
    same = work.officer[order][1:] == work.officer[order][:-1]
    before[order[1:]] = np.where(same, work.to_worked[order][:-1], -PAUSE_US)
    next_one = np.abs(work.from_worked - before) <= _MINUTE_US
    waited = work.start_us - work.ready_us > 2 * PAUSE_US
    picked = next_one & waited & (officers[team] > 1)
    passed_by = picked & (full_since(work, team) == work.from_worked)
    many = np.bincount(team, picked, minlength=len(officers))
    return (many >= _LEAST) & (np.bincount(team, passed_by, minlength=len(officers)) > _OWN_QUEUES * many)


def _fresh(work: Handled, desk: Ints) -> Mask:
    """Which work its officer begins after a pause, or as the office opens."""
    order = np.lexsort((work.from_worked, work.officer, desk))
    begin, end = work.from_worked[order], work.to_worked[order]
    same = (work.officer[order][1:] == work.officer[order][:-1]) & (desk[order][1:] == desk[order][:-1])
    fresh = np.ones(len(work), np.bool_)
    fresh[order[1:]] = ~(same & (begin[1:] - end[:-1] <= PAUSE_US))
    return fresh


def _sittings(work: Handled, fresh: Ints, zone_us: int, batched: float) -> Sittings:
    if len(fresh) < _LEAST_SITTINGS:
        return Sittings()
    minute = ((work.start_us[fresh] + zone_us) // _MINUTE_US % _DAY_MINUTES).astype(np.int64)
    opened = work.instants(fresh, work.from_worked[fresh] - PAUSE_US) < work.start_us[fresh] - 2 * PAUSE_US
    lain = work.start_us[fresh] - work.ready_us[fresh] > PAUSE_US
    times, hit = _common_times(minute)
    in_day = ~opened
    if in_day.sum() >= _LEAST_SITTINGS and hit[in_day].mean() >= _KEPT and lain[in_day].mean() >= _KEPT:
        return Sittings(minutes=times)
    if batched >= _BATCHED:
        return Sittings(at_us=tuple(sorted(set(work.start_us[fresh].tolist()))))
    return Sittings()


def _common_times(minute: Ints) -> tuple[tuple[int, ...], Mask]:
    """The times of day at which much is begun, the most first, until what is left is rare; and which rows they hit."""
    hit = np.zeros(len(minute), np.bool_)
    least = max(_LEAST_AT_ONE, _HABIT * len(minute))
    times: list[int] = []
    while len(times) < _MOST_SITTINGS and not hit.all():
        counts = np.bincount(minute[~hit], minlength=_DAY_MINUTES)
        best = int(counts.argmax())
        near = ~hit & (np.abs(minute - best) <= _NEAR_MINUTES)
        if near.sum() < least:
            break
        times.append(best)
        hit |= near
    return tuple(sorted(times)), hit
