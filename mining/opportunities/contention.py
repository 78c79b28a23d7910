"""Officers who have more to do than they can: a pool that is busy for nearly all of its time."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from scipy import stats
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, numbered
from mining.clocks.clock import between
from mining.opportunities.detection import Detection, Detector, mean_hours
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Ints
from mining.waiting.steps import Named

_MOST_LOAD = 0.99
_MOST_ESTIMATED = 0.5
_MOST_AT_ONCE = 2.0
"""Where officers seem to be at more pieces of work at once, starts do not say when they were at it."""


def find(scene: Scene) -> Detection | None:
    """Tell which pools have too much to do, by all of their work, and what of it is in the log that is searched."""
    log = scene.log
    every = replace(log, places=np.arange(len(log.waits.row)))
    work = log.waits.work.working.astype(np.float64)
    found = _judged(replace(scene, log=every, row=log.waits.row, work=work))
    if found is None or len(every.places) == len(log.places):
        return found
    place = np.searchsorted(log.places, found.rows)
    kept = np.append(log.places, -1)[place] == found.rows
    groups = replace(found.groups, of=found.groups.of[kept])
    return replace(found, rows=place[kept], groups=groups, wait_us=found.wait_us[kept], work_us=found.work_us[kept])


def _judged(scene: Scene) -> Detection | None:
    """Compare how busy the officers of each pool are with what leaves queues short.

    Chance is that of work that comes at random (compound Poisson): the variance of its sum is the sum of its squares.
    A queue grows with load / (1 - load) (Kingman 1961); what could be saved is the part of the contention that would be
    gone if officers were busy for `contention_load` of their time.
    """
    steps = scene.log.steps
    rows = np.flatnonzero(steps.officer.codes[scene.row] >= 0)
    if not len(rows):
        return None
    groups = pools(scene, rows)
    busy = _busy(scene, rows)
    worked = np.where(scene.estimated[rows], 0.0, busy)
    open_us = _office_hours(scene, rows, groups)
    norm = scene.settings.contention_load
    load = groups.sums(worked) / np.maximum(open_us, 1)
    error = np.sqrt(groups.sums((worked / HOUR_US) ** 2)) * HOUR_US / np.maximum(open_us, 1)
    chance = stats.norm.sf((load - norm) / np.maximum(error, 1e-9))
    guessed = groups.sums(scene.estimated[rows]) / groups.sums(np.ones(len(rows)))
    at_once = groups.sums(scene.work[rows]) / np.maximum(groups.sums(busy), 1)
    capped = np.clip(load, 1e-6, _MOST_LOAD)
    saved = np.clip(1 - (norm / (1 - norm)) / (capped / (1 - capped)), 0, 1)
    queue = scene.cause("contention")[rows]
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=queue * saved[groups.of],
        work_us=np.zeros(len(rows)),
        chance=np.where((guessed > _MOST_ESTIMATED) | (at_once > _MOST_AT_ONCE), 1.0, chance),
        facts={
            "load": load,
            "mean_hours": mean_hours(groups, queue),
            "norm": np.full(groups.count, norm),
            "officers": _officers(steps.officer.codes[scene.row[rows]], groups),
        },
    )


def pools(scene: Scene, rows: Ints) -> Groups:
    """Group rows by who shares the work: roles of a unit that have officers in common are one pool."""
    steps, row = scene.log.steps, scene.row[rows]
    unit, role = steps.unit.codes[row] + 1, steps.role.codes[row] + 1
    duty = numbered([unit, role], len(rows))
    desk = numbered([unit, steps.officer.codes[row]], len(rows))
    duties, desks = int(duty.max()) + 1, int(desk.max()) + 1
    links = coo_array((np.ones(len(rows)), (duty, duties + desk)), shape=(duties + desks, duties + desks))
    pool = numbered([connected_components(links, directed=False)[1][duty].astype(np.int64)], len(rows))
    first = np.zeros(int(pool.max()) + 1, np.int64)
    first[pool[::-1]] = np.arange(len(pool) - 1, -1, -1)
    many = int(role.max()) + 1
    pairs = np.unique(pool * many + role)
    names = ["" for _ in first]
    for one, code in zip((pairs // many).tolist(), (pairs % many).tolist(), strict=True):
        name = steps.role.names[code - 1] if code else ""
        names[one] = f"{names[one]} + {name}" if names[one] else name
    known = sorted(set(names))
    codes = np.searchsorted(known, names)[pool]
    return Groups(pool, first, {"unit": scene.named("unit").take(rows), "roles": Named(codes, tuple(known))})


def _busy(scene: Scene, rows: Ints) -> Numbers:
    """The office hours of each step for which its officer was not at an earlier one already, in microseconds."""
    steps, row = scene.log.steps, scene.row[rows]
    officer, begin, end = steps.officer.codes[row], steps.start_us[row], steps.end_us[row]
    low, length = int(begin.min()), int(end.max() - begin.min()) + 1
    order = np.lexsort((begin, officer))
    lane = officer[order] * length - low
    ended = np.maximum.accumulate(end[order] + lane)
    before = np.append(-1, ended[:-1]) - lane
    free = np.empty(len(rows), np.int64)
    free[order] = np.minimum(np.maximum(begin[order], before), end[order])
    units = pa.chunked_array([scene.named("unit").take(rows).arrow().cast(pa.string())])
    return between(units, free, end, scene.availability.calendars).astype(np.float64)


def _officers(officer: Ints, groups: Groups) -> Numbers:
    """How many officers each group has."""
    many = int(officer.max()) + 1
    return np.bincount(np.unique(groups.of * many + officer) // many, minlength=groups.count).astype(np.float64)


def _office_hours(scene: Scene, rows: Ints, groups: Groups) -> Numbers:
    """The office hours of all officers of each pool, each from the first to the last work, in microseconds."""
    steps, row = scene.log.steps, scene.row[rows]
    desk = numbered([groups.of, steps.officer.codes[row]], len(rows))
    count = int(desk.max()) + 1
    begin, end = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(begin, desk, steps.start_us[row])
    np.maximum.at(end, desk, steps.end_us[row])
    place = np.zeros(count, np.int64)
    place[desk] = np.arange(len(rows))
    units = pa.chunked_array([scene.named("unit").take(rows[place]).arrow().cast(pa.string())])
    open_us = between(units, begin, end, scene.availability.calendars)
    return np.asarray(np.bincount(groups.of[place], open_us, minlength=groups.count), np.float64)


DETECTOR = Detector(
    kind="contention",
    name_vi="quá tải cán bộ",
    name_en="contention",
    heuristic="extra resources: increase the number of resources in a class whose queue is long",
    heuristic_vi="thêm nguồn lực: tăng người ở nhóm có hàng chờ dài",
    test="compound Poisson: load above contention_load",
    vi="{officers:,.0f} cán bộ bận {load:.0%} thời gian (bình thường tới {norm:.0%}); mỗi bước chờ tới lượt"
    " {mean_hours:.1f} giờ",
    en="{officers:,.0f} officers are busy {load:.0%} of their time (usual: up to {norm:.0%}); a step queues"
    " {mean_hours:.1f} h",
    find=find,
)
