"""Procedures that go faster online."""

import numpy as np
from scipy import stats

from mining.ask import ask
from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, numbered
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Mask

_ONLINE = ("online", "trực tuyến")
_SHORTEST_HOURS = 1 / 60
_LEAST_DOSSIERS = 10
"""So many finished dossiers of either side, in units that have both, are compared; fewer tell nothing."""


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

    Differences of log hours of finished dossiers within units, weighted by their precision; a t-test against
    `channel_ratio` with as many degrees of freedom as the smaller side has dossiers, less one.
    """
    queues = scene.cause("contention") + scene.cause("prioritization")
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    spent = np.where(has_officer, scene.lost - queues + scene.work, 0.0)
    done = np.asarray(ask(scene.cursor, "compare_finished")["dossier"]).astype(np.int64)
    first = np.flatnonzero(~scene.follows & np.isin(scene.log.steps.dossier[scene.row], done))
    hours = np.log(np.maximum(_of_dossier(scene, spent)[first] / HOUR_US, _SHORTEST_HOURS))
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
    shared = np.where((many > 0).all(axis=0), many, 0.0)
    fewest = np.array([np.bincount(of_stratum, side, minlength=groups.count) for side in shared]).min(axis=0)
    known = fewest >= _LEAST_DOSSIERS
    z = (difference - np.log(scene.settings.channel_ratio)) / error
    chance = stats.t.cdf(z, np.maximum(fewest - 1, 1))
    others = np.bincount(procedure, ~fast, minlength=groups.count)
    return np.where(known, np.exp(difference), 1.0), np.where(known, chance, 1.0), others.astype(np.float64)


def _of_dossier(scene: Scene, values: Numbers) -> Numbers:
    """Add values up by dossier and return the sum for each row."""
    return np.asarray(np.bincount(scene.dossier, values)[scene.dossier], np.float64)


DETECTOR = Detector(
    kind="channel",
    name_vi="chuyển sang trực tuyến",
    name_en="channel shift",
    heuristic="task automation: take dossiers in online",
    heuristic_vi="tự động hóa: tiếp nhận hồ sơ trực tuyến",
    test="t-test of log hours within units: saved share above 1 - channel_ratio",
    vi="hồ sơ trực tuyến nhanh hơn {saved:.0%} trong cùng đơn vị; {count:,.0f} hồ sơ nộp cách khác",
    en="online dossiers take {saved:.0%} less within the same unit; {count:,.0f} dossiers come another way",
    find=find,
)
