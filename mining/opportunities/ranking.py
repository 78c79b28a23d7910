"""Opportunities: what all detectors found, beyond chance, ranked, with overlaps counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import duckdb
import numpy as np

from mining.ask import rows
from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, intervals
from mining.chance import false_discovery
from mining.opportunities import (
    agency,
    approval,
    batching,
    channel,
    contention,
    double_entry,
    idle_return,
    knock_out,
    limits,
    ping_pong,
    prioritization,
    sequential,
    signing,
    supplements,
    unavailability,
    unit_gap,
)
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene, read_scene
from mining.opportunities.settings import OpportunityError, Settings
from mining.opportunities.values import Claim, Opportunities, Opportunity, english, vietnamese
from mining.savings.figures import Interval
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints, Mask

DETECTORS: Mapping[str, Detector] = {
    one.DETECTOR.kind: one.DETECTOR
    for one in (
        limits,
        batching,
        contention,
        prioritization,
        unavailability,
        agency,
        supplements,
        ping_pong,
        approval,
        knock_out,
        sequential,
        unit_gap,
        channel,
        double_entry,
        signing,
        idle_return,
    )
}
"""All detectors by kind."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A group of a detection that is above the noise."""

    detector: Detector
    detection: Detection
    group: int
    rows: Ints
    wait_us: Numbers
    work_us: Numbers
    nominal_us: Numbers
    chances: tuple[float, float]

    @property
    def size_us(self) -> float:
        """All that would be saved."""
        return float((self.wait_us + self.work_us + self.nominal_us).sum())


def opportunities(
    cursor: duckdb.DuckDBPyConnection,
    log: WaitingLog,
    availability: Availability,
    settings: Settings | None = None,
    *,
    kinds: Sequence[str] | None = None,
) -> Opportunities:
    """Find what could be changed in the dossiers of a log, by all detectors or by some of DETECTORS.

    `availability` is that with which the log was told. Needs the tables of `ingest/catalogue.sql` for limits only.
    """
    settings = settings or Settings()
    unknown = [kind for kind in kinds or () if kind not in DETECTORS]
    if unknown:
        raise OpportunityError(f"'{unknown[0]}' is no kind of opportunity; choose from {', '.join(DETECTORS)}")
    scene = read_scene(cursor, log, availability, settings)
    chosen = [DETECTORS[kind] for kind in kinds] if kinds is not None else list(DETECTORS.values())
    seen = [(one, saw.slim()) for one in chosen if len(scene) and (saw := one.find(scene)) is not None]
    found, looked_at, noise = _above_noise(scene, seen)
    found.sort(key=lambda one: (-one.size_us, one.detector.kind, [w or "" for w in _key(one).values()]))
    net, potential = _once(scene, found)
    a_year = scene.period.a_year
    hours, guessed = _hours_a_year(scene, found), scene.estimated
    told = [_told(scene, *one, guessed) for one in zip(found, hours, net, strict=True)]
    return Opportunities(
        settings=settings,
        rows=tuple(one for one in told if not one.nominal),
        limits=tuple(one for one in told if one.nominal),
        potential=potential,
        waiting_hours_a_year=float(scene.lost.sum()) / HOUR_US * a_year,
        processing_hours_a_year=float((scene.work + scene.copying).sum()) / HOUR_US * a_year,
        looked_at=looked_at,
        within_noise=noise,
        period=scene.period,
        reasons=log.reasons,
        calendar_versions=log.calendar_versions,
    )


def opportunity_dossiers(
    cursor: duckdb.DuckDBPyConnection, found: Opportunity, *, limit: int = 100
) -> tuple[tuple[UUID, float], ...]:
    """Return the dossiers behind an opportunity with the hours that each would save, the most first."""
    claim = found.claim
    numbers, place = np.unique(claim.dossier, return_inverse=True)
    hours = np.bincount(place, claim.wait_hours + claim.work_hours)
    order = np.lexsort((numbers, -hours))[:limit]
    asked = {"numbers": numbers[order].tolist()}
    known = {row["first_event_no"]: UUID(str(row["dossier"])) for row in rows(cursor, "compare_dossiers", asked)}
    return tuple((known[int(numbers[one])], float(hours[one])) for one in order)


def _above_noise(scene: Scene, seen: Sequence[tuple[Detector, Detection]]) -> tuple[list[_Found], int, int]:
    """Keep what is sure beyond chance, over all detectors and places, and large enough."""
    chances = np.concatenate([np.empty(0), *(one.chance for _, one in seen)])
    q_values = false_discovery(np.clip(chances, 0, 1))
    least_us = scene.settings.least_hours / scene.period.a_year * HOUR_US
    found, noise, begin = [], 0, 0
    for detector, one in seen:
        q_value = q_values[begin : begin + one.groups.count]
        begin += one.groups.count
        saved = one.wait_us + one.work_us + (0 if one.nominal_us is None else one.nominal_us)
        sums = one.groups.sums(saved)
        kept = (q_value <= scene.settings.most_false) & (sums >= least_us)
        noise += int(((sums > 0) & ~kept).sum())
        order = np.argsort(one.groups.of, kind="stable")
        order = order[kept[one.groups.of[order]]]
        group = one.groups.of[order]
        for number in np.flatnonzero(kept).tolist():
            part = order[slice(*np.searchsorted(group, [number, number + 1]))]
            nominal = np.zeros(len(part)) if one.nominal_us is None else one.nominal_us[part]
            values = (one.rows[part], one.wait_us[part], one.work_us[part], nominal)
            found.append(_Found(detector, one, number, *values, (float(one.chance[number]), float(q_value[number]))))
    return found, len(chances), noise


def _once(scene: Scene, found: Sequence[_Found]) -> tuple[list[float], Interval]:
    """Let each opportunity take what greater ones have left of every step; return that in hours, and the sum.

    The interval of the sum is that of the sums over drawn weeks.
    """
    lost, work = np.maximum(scene.lost, _absent(found, len(scene))), scene.work + scene.copying
    size = int(scene.cluster.max(initial=0)) + 1
    by_week, net = np.zeros((size, 1)), []
    for one in found:
        wait, hands = np.minimum(one.wait_us, lost[one.rows]), np.minimum(one.work_us, work[one.rows])
        lost[one.rows] -= wait
        work[one.rows] -= hands
        hours = (wait + hands) / HOUR_US
        net.append(float(hours.sum()))
        by_week[:, 0] += np.bincount(scene.cluster[one.rows], hours, minlength=size)
    whole = np.array([float(np.sum(net))])
    return net, _intervals(scene, whole, by_week)[0]


def _absent(found: Sequence[_Found], size: int) -> Numbers:
    """Waiting for an officer who is absent is no working time of his, so it is not lost by him: it counts beside."""
    absent = np.zeros(size)
    for one in found:
        if one.detector.kind == "unavailability":
            absent[one.rows] += one.wait_us
    return absent


def _hours_a_year(scene: Scene, found: Sequence[_Found]) -> list[Interval]:
    """What each would save in a year, overlaps or not."""
    size = int(scene.cluster.max(initial=0)) + 1
    by_week = np.zeros((size, len(found)))
    for place, one in enumerate(found):
        hours = (one.wait_us + one.work_us + one.nominal_us) / HOUR_US
        by_week[:, place] = np.bincount(scene.cluster[one.rows], hours, minlength=size)
    return _intervals(scene, by_week.sum(axis=0), by_week) if found else []


def _intervals(scene: Scene, sums: Numbers, by_week: Numbers) -> list[Interval]:
    few = len(np.unique(scene.cluster)) < scene.settings.bootstrap.least_clusters
    return intervals(sums, scene.period.a_year, scene.settings.bootstrap, None if few else by_week)


def _told(scene: Scene, one: _Found, hours: Interval, net_hours: float, guessed: Mask) -> Opportunity:
    detector, key = one.detector, _key(one)
    facts = {name: float(values[one.group]) for name, values in one.detection.facts.items()}
    steps, row = scene.log.steps, scene.row[one.rows]
    claim = Claim(
        steps.identity[row], steps.dossier[row], (one.wait_us + one.nominal_us) / HOUR_US, one.work_us / HOUR_US
    )
    a_year = scene.period.a_year
    return Opportunity(
        kind=detector.kind,
        name_vi=detector.name_vi,
        name_en=detector.name_en,
        key=key,
        heuristic=detector.heuristic,
        evidence_vi=vietnamese(detector.vi, {**key, **facts}),
        evidence_en=english(detector.en, {**key, **facts}),
        facts=facts,
        hours_a_year=hours,
        wait_hours_a_year=float(one.wait_us.sum()) / HOUR_US * a_year,
        net_hours_a_year=net_hours * a_year,
        nominal=one.detection.nominal_us is not None,
        steps=len(one.rows),
        dossiers=len(np.unique(scene.dossier[one.rows])),
        p_value=one.chances[0],
        q_value=one.chances[1],
        test=detector.test,
        estimated_share=float(guessed[one.rows].mean()) if len(one.rows) else 0.0,
        claim=claim,
    )


def _key(one: _Found) -> dict[str, str | None]:
    groups: Groups = one.detection.groups
    return groups.key(one.group)
