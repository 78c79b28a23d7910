"""Procedures that go faster online."""

import numpy as np
from scipy import stats

from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, numbered
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Mask

_ONLINE = ("online", "trực tuyến")
_SHORTEST_HOURS = 1 / 60


def find(scene: Scene) -> Detection | None:
    """Compare the own hours of online dossiers with those of the others of the same procedure and unit."""
    channel = scene.named("channel")
    online = np.isin(channel.codes, [place for place, name in enumerate(channel.names) if name in _ONLINE])
    groups = scene.groups(("procedure",))
    ratio, chance, others = _compared(scene, groups, online)
    queues = scene.cause("contention") + scene.cause("prioritization")
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    saved = np.where(has_officer & ~online, np.clip(1 - ratio, 0, 1)[groups.of], 0.0)
    return Detection(
        rows=np.arange(len(scene)),
        groups=groups,
        wait_us=saved * (scene.lost - queues),
        work_us=saved * scene.work,
        chance=chance,
        facts={"saved": 1 - ratio, "count": others, "norm": np.full(groups.count, 1 - scene.settings.channel_ratio)},
    )


def _compared(scene: Scene, groups: Groups, online: Mask) -> tuple[Numbers, Numbers, Numbers]:
    """By procedure: the ratio of hours online to the others, its chance, and how many dossiers are not online.

    Differences of log hours within units, weighted by their precision; a normal test against `channel_ratio`.
    """
    queues = scene.cause("contention") + scene.cause("prioritization")
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    spent = np.where(has_officer, scene.lost - queues + scene.work, 0.0)
    first = np.flatnonzero(~scene.follows)
    hours = np.log(np.maximum(np.bincount(scene.dossier, spent) / HOUR_US, _SHORTEST_HOURS))
    procedure, fast = groups.of[first], online[first]
    stratum = numbered([procedure, scene.named("dossier_unit").codes[first] + 1], len(first))
    of_stratum = np.zeros(int(stratum.max(initial=-1)) + 1, np.int64)
    of_stratum[stratum] = procedure
    many, sums = (
        np.array([np.bincount(stratum[on], one[on], minlength=len(of_stratum)) for on in (fast, ~fast)])
        for one in (np.ones(len(first)), hours)
    )
    means = sums / np.maximum(many, 1)
    rest: Numbers = (hours - means[np.where(fast, 0, 1), stratum]) ** 2
    used = np.bincount(of_stratum, (many > 0).sum(axis=0), minlength=groups.count)
    spare = np.bincount(procedure, minlength=groups.count) - used
    spread = np.bincount(procedure, rest, minlength=groups.count) / np.maximum(spare, 1)
    weight = many[0] * many[1] / np.maximum(many.sum(axis=0), 1)
    precision = np.bincount(of_stratum, weight, minlength=groups.count)
    apart = np.bincount(of_stratum, weight * (means[0] - means[1]), minlength=groups.count)
    difference = apart / np.maximum(precision, 1e-12)
    error = np.sqrt(np.maximum(spread, 1e-6) / np.maximum(precision, 1e-12))
    known = (precision > 0) & (spare > 0)
    chance = stats.norm.cdf((difference - np.log(scene.settings.channel_ratio)) / error)
    others = np.bincount(procedure, ~fast, minlength=groups.count)
    return np.where(known, np.exp(difference), 1.0), np.where(known, chance, 1.0), others.astype(np.float64)


DETECTOR = Detector(
    kind="channel",
    name_vi="chuyển sang trực tuyến",
    name_en="channel shift",
    heuristic="task automation: take dossiers in online",
    heuristic_vi="tự động hóa: tiếp nhận hồ sơ trực tuyến",
    test="normal test of log hours within units: saved share above 1 - channel_ratio",
    vi="hồ sơ trực tuyến nhanh hơn {saved:.0%} trong cùng đơn vị; {count:,.0f} hồ sơ nộp cách khác",
    en="online dossiers take {saved:.0%} less within the same unit; {count:,.0f} dossiers come another way",
    find=find,
)
