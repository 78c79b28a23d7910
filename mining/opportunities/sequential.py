"""Agencies that are asked one after the other though they could be asked at once."""

import numpy as np

from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, grouped_by
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.waiting.steps import Named

_MOST_CORRELATED = 0.3


def find(scene: Scene) -> Detection | None:
    """Find two steps by two other units that always come in one order and do not depend on one another, by the log.

    Other units are neither that of the dossier nor one that has the dossier before and after. The steps seem
    independent where their hands-on times are not correlated. Of each two, the shorter time could be saved.
    """
    steps = scene.log.steps
    unit, activity = steps.unit.codes[scene.row], steps.activity.codes[scene.row]
    home = scene.named("dossier_unit")
    own = np.array([*(home.names.index(name) if name in home.names else -2 for name in steps.unit.names), -2])
    away = (own[unit] != home.codes) & (steps.officer.codes[scene.row] >= 0)
    second = np.flatnonzero(scene.follows & away & np.roll(away, 1) & (np.roll(unit, 1) != unit))
    second = second[scene.log.waits.enabled.source[scene.row[second]] == scene.row[second - 1]]
    if not len(second):
        return None
    names = Named(activity[second - 1], steps.activity.names)
    later = Named(activity[second], steps.activity.names)
    columns = {"procedure": scene.named("procedure").take(second), "first": names, "second": later}
    groups = grouped_by(columns, len(second))
    first_us, second_us = (scene.lost[one] + scene.work[one] for one in (second - 1, second))
    saved = np.minimum(first_us, second_us)
    part = saved / np.maximum(second_us, 1)
    count = groups.sums(np.ones(len(second)))
    backwards = _backwards(groups, columns, count)
    related = _correlation(groups, *(np.log1p(scene.work[one]) for one in (second - 1, second)))
    independent = (count >= scene.settings.least_pairs) & (np.abs(related) <= _MOST_CORRELATED) & (backwards == 0)
    return Detection(
        rows=second,
        groups=groups,
        wait_us=scene.lost[second] * part,
        work_us=scene.work[second] * part,
        chance=np.where(independent, 0.5**count, 1.0),
        facts={"count": count, "mean_hours": groups.sums(saved) / count / HOUR_US, "correlation": related},
    )


def _backwards(groups: Groups, columns: dict[str, Named], count: Numbers) -> Numbers:
    """How often the two steps of a pair come the other way round."""
    keys = [tuple(column.codes[groups.first[one]] for column in columns.values()) for one in range(groups.count)]
    known = dict(zip(keys, count.tolist(), strict=True))
    return np.array([known.get((procedure, second, first), 0.0) for procedure, first, second in keys])


def _correlation(groups: Groups, one: Numbers, other: Numbers) -> Numbers:
    """Pearson's correlation of two columns by group; 0 where either does not vary."""
    count = np.maximum(groups.sums(np.ones(len(one))), 1)
    rest = [values - (groups.sums(values) / count)[groups.of] for values in (one, other)]
    both = groups.sums(rest[0] * rest[1])
    spread = np.sqrt(groups.sums(rest[0] ** 2) * groups.sums(rest[1] ** 2))
    return np.asarray(np.divide(both, spread, out=np.zeros(groups.count), where=spread > 1e-12), np.float64)


DETECTOR = Detector(
    kind="sequential",
    name_vi="tuần tự dù độc lập",
    name_en="always-sequential independent steps",
    heuristic="parallelism: do steps at once that do not need each other",
    heuristic_vi="song song: làm cùng lúc các bước không cần đến nhau",
    test="binomial: so many dossiers, always in the same order",
    vi="hai bước của hai đơn vị khác luôn nối tiếp nhau ({count:,.0f} lần) dù thời gian không liên"
    " quan; làm song song bớt"
    " {mean_hours:.1f} giờ",
    en="two steps of two other units always follow each other ({count:,.0f} times) though their times are unrelated;"
    " done at once they take {mean_hours:.1f} h less",
    find=find,
)
