"""Limits far above what 95 % of the dossiers need, and the limit that would do."""

import numpy as np
from scipy import stats

from mining.ask import ask, rows
from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, grouped_by
from mining.clocks.clock import timed
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import Named

_HOURS_OF = {"hours": 1.0, "working_days": 8.0, "calendar_days": 40 / 7}
_GRID_OF = {"hours": 1.0, "working_days": 0.5, "calendar_days": 1.0}
_SURE = 0.05


def find(scene: Scene) -> Detection | None:
    """Propose for each approved process the least limit that at least `limit_on_time` of its dossiers keep, by the log.

    The share is sure by a one-sided binomial test at 5 %. An open dossier counts once it has taken longer than the
    limit in question. What is cut is promised time, not work: it counts apart from what could be saved.
    """
    if not rows(scene.cursor, "has_catalogue")[0]["known"]:
        return None
    bound = ask(scene.cursor, "opportunity_limits")
    numbers = np.asarray(bound["dossier"]).astype(np.int64)
    first = np.flatnonzero(~scene.follows)
    place = np.searchsorted(numbers, scene.log.steps.dossier[scene.row[first]])
    known = place < len(numbers)
    known[known] = numbers[place[known]] == scene.log.steps.dossier[scene.row[first[known]]]
    first, place = first[known], place[known]
    finished, open_ = (np.asarray(bound[name])[place] for name in ("finished", "open"))
    kept = finished | open_
    first, place, finished = first[kept], place[kept], finished[kept]
    if not len(first):
        return None
    columns = {name: Named.of(bound[name], bound.num_rows).take(place) for name in ("process_key", "limit_unit")}
    groups = grouped_by({"procedure": scene.named("procedure").take(first), **columns}, len(first))
    need = _needed(scene, first, columns["limit_unit"])
    limit = np.asarray(bound["limit_amount"], np.float64)[place]
    return _judged(scene, first, groups, (need, limit, finished))


def _needed(scene: Scene, first: Ints, unit: Named) -> Numbers:
    """What the agency took of each dossier, in the unit of its limit."""
    spans = timed(ask(scene.cursor, "opportunity_spans"), scene.availability.calendars, scene.period.to_at)
    numbers = scene.log.steps.dossier[scene.row[first]]
    place = np.searchsorted(numbers, np.asarray(spans["dossier"]).astype(np.int64))
    place = np.minimum(place, len(numbers) - 1)
    own = numbers[place] == np.asarray(spans["dossier"])
    working, elapsed = (
        np.bincount(place[own], np.asarray(spans[name])[own] / HOUR_US, minlength=len(first))
        for name in ("working_us", "elapsed_us")
    )
    hours = np.array([1.0, *(1.0 if name == "hours" else 8.0 for name in unit.names)])[unit.codes + 1]
    calendar = np.array([False, *(name == "calendar_days" for name in unit.names)])[unit.codes + 1]
    return np.asarray(np.where(calendar, elapsed / 24, working / hours), np.float64)


def _judged(scene: Scene, first: Ints, groups: Groups, known: tuple[Numbers, Numbers, Mask]) -> Detection:
    """Propose a limit for each process and tell what it cuts, a row per dossier."""
    need, limit, finished = known
    order = np.argsort(groups.of, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(groups.of, minlength=groups.count))[:-1])
    unit = groups.by["limit_unit"]
    told, chance = np.zeros((groups.count, 5)), np.ones(groups.count)
    for group, part in enumerate(parts):
        name = str(unit.name(groups.first[group]))
        old = float(limit[part[0]])
        proposed = least_limit(need[part], finished[part], (old, _GRID_OF.get(name, 1.0)), scene.settings.limit_on_time)
        judged = finished[part] | (need[part] > proposed)
        kept = float((need[part] <= proposed)[judged].mean()) if judged.any() else 0.0
        far = (1 - scene.settings.limit_cut) * old
        told[group] = old, proposed, kept, (old - proposed) * _HOURS_OF.get(name, 1.0), proposed <= far
        chance[group] = _kept_chance(need[part], finished[part], far, scene.settings.limit_on_time)
    count = np.bincount(groups.of, minlength=groups.count).astype(np.float64)
    useful = told[:, 4] > 0
    nothing = np.zeros(len(first))
    return Detection(
        rows=first,
        groups=groups,
        wait_us=nothing,
        work_us=nothing,
        chance=np.where(useful, chance, 1.0),
        facts={"limit": told[:, 0], "proposed": told[:, 1], "kept": told[:, 2], "count": count, "cut": told[:, 3]},
        nominal_us=np.where(useful, told[:, 3], 0.0)[groups.of] * HOUR_US,
    )


def least_limit(need: Numbers, finished: Mask, limit: tuple[float, float], share: float) -> float:
    """Return the least limit on the grid that such a share of dossiers keeps, surely; the old one where none does.

    `need` is what each took, in the unit of `limit`, which is the old one and the step of the grid. An open dossier
    has not needed more than it has taken; up to there it is not judged.
    """
    old, grid = limit
    candidates = np.unique(np.ceil(need[finished] / grid) * grid)
    for proposed in candidates[(candidates >= grid) & (candidates < old)].tolist():
        if _kept_chance(need, finished, proposed, share) <= _SURE:
            return float(proposed)
    return old


def _kept_chance(need: Numbers, finished: Mask, limit: float, share: float) -> float:
    """The probability that so many dossiers keep a limit if only this share of all does."""
    kept = int((need[finished] <= limit).sum())
    judged = int(finished.sum()) + int((need[~finished] > limit).sum())
    return float(stats.binom.sf(kept - 1, judged, share))


DETECTOR = Detector(
    kind="limit",
    name_vi="thời hạn dài hơn cần thiết",
    name_en="limit far above need",
    heuristic="order types: tell kinds of dossiers apart, and give each the limit that it needs",
    heuristic_vi="phân loại hồ sơ: mỗi loại một thời hạn đúng với nhu cầu",
    test="binomial: more than limit_on_time of the dossiers need less than the limit without limit_cut of it",
    vi="thời hạn {limit:g} {limit_unit} có thể giảm còn {proposed:g}: {kept:.1%} trong {count:,.0f} hồ sơ là đủ",
    en="the limit of {limit:g} {limit_unit} could be {proposed:g}: {kept:.1%} of {count:,.0f} dossiers took no longer",
    find=find,
)
