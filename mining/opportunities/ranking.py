"""Opportunities: what all detectors found, beyond chance, ranked, with overlaps counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from mining.bottlenecks.behind import Behind
from mining.bottlenecks.measure import HOUR_US, Groups, Numbers
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
from mining.opportunities.claims import Claim, Scale, Spent
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene, read_scene
from mining.opportunities.settings import OpportunityError, Settings
from mining.opportunities.values import Opportunities, Opportunity, english, vietnamese
from mining.savings.figures import Interval
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints

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
    scale, claims = Scale(scene.period.a_year, scene.drawn, settings.bootstrap), _claims(scene, found)
    hours = scale.hours_a_year(claims, lambda one: one.hours)
    told = [_told(scale, *one) for one in zip(found, claims, hours, strict=True)]
    spent = _spent(scene)
    return Opportunities(
        settings=settings,
        rows=tuple(one for one in told if not one.nominal),
        limits=tuple(one for one in told if one.nominal),
        potential=scale.together(claims),
        waiting_hours_a_year=float(spent.lost_hours.sum()) * scale.a_year,
        processing_hours_a_year=float(spent.work_hours.sum()) * scale.a_year,
        looked_at=looked_at,
        within_noise=noise,
        period=scene.period,
        reasons=log.reasons,
        calendar_versions=log.calendar_versions,
        scale=scale,
        spent=spent,
    )


def part_of(found: Opportunities, dossiers: Ints) -> Opportunities:
    """Return the part of what was found that is about some dossiers, by their numbers (as in `WaitingLog.steps`).

    Nothing is judged anew: hours are the part's, evidence and chances stay those of the whole. The parts that all
    dossiers fall into add up to the whole.
    """
    kept = (replace(one, claim=one.claim.of(np.isin(one.claim.dossier, dossiers))) for one in found.all)
    known = [one for one in kept if len(one.claim.dossier)]
    hours = found.scale.hours_a_year([one.claim for one in known], lambda one: one.hours)
    told = [
        replace(one, **_numbers(one.claim, each, found.scale, one.nominal))
        for one, each in zip(known, hours, strict=True)
    ]
    told.sort(key=lambda one: -one.hours_a_year.estimate)
    spent = found.spent.of(dossiers)
    return replace(
        found,
        rows=tuple(one for one in told if not one.nominal),
        limits=tuple(one for one in told if one.nominal),
        potential=found.scale.together([one.claim for one in told]),
        waiting_hours_a_year=float(spent.lost_hours.sum()) * found.scale.a_year,
        processing_hours_a_year=float(spent.work_hours.sum()) * found.scale.a_year,
        spent=spent,
    )


def opportunity_dossiers(found: Opportunity) -> Behind:
    """Return the dossiers behind an opportunity with the hours of the log that each would save, the most first."""
    return Behind.of(found.claim.dossier, found.claim.hours)


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


def _claims(scene: Scene, found: Sequence[_Found]) -> list[Claim]:
    """Let each opportunity take what greater ones have left of every step, beside what it would save alone."""
    lost, work = np.maximum(scene.lost, _absent(found, len(scene))), scene.work + scene.copying
    steps, estimated, claims = scene.log.steps, scene.estimated, []
    for one in found:
        wait, hands = np.minimum(one.wait_us, lost[one.rows]), np.minimum(one.work_us, work[one.rows])
        lost[one.rows] -= wait
        work[one.rows] -= hands
        row = scene.row[one.rows]
        claims.append(
            Claim(
                identity=steps.identity[row],
                dossier=steps.dossier[row],
                week=scene.cluster[one.rows],
                estimated=estimated[one.rows],
                wait_hours=(one.wait_us + one.nominal_us) / HOUR_US,
                work_hours=one.work_us / HOUR_US,
                net_hours=(wait + hands) / HOUR_US,
            )
        )
    return claims


def _absent(found: Sequence[_Found], size: int) -> Numbers:
    """Waiting for an officer who is absent is no working time of his, so it is not lost by him: it counts beside."""
    absent = np.zeros(size)
    for one in found:
        if one.detector.kind == "unavailability":
            absent[one.rows] += one.wait_us
    return absent


def _spent(scene: Scene) -> Spent:
    """Add up what every dossier lost and took."""
    numbers = scene.log.steps.dossier[scene.row]
    known, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    work = scene.work + scene.copying
    return Spent(
        dossier=known,
        cohort=scene.log.steps.cohort[scene.row[first]],
        lost_hours=np.asarray(np.bincount(place, scene.lost, minlength=len(known)) / HOUR_US, np.float64),
        work_hours=np.asarray(np.bincount(place, work, minlength=len(known)) / HOUR_US, np.float64),
    )


def _numbers(claim: Claim, hours: Interval, scale: Scale, nominal: bool) -> dict[str, Any]:
    """What of an opportunity follows from its claim."""
    return {
        "hours_a_year": hours,
        "wait_hours_a_year": 0.0 if nominal else float(claim.wait_hours.sum()) * scale.a_year,
        "net_hours_a_year": float(claim.net_hours.sum()) * scale.a_year,
        "steps": len(claim.dossier),
        "dossiers": len(np.unique(claim.dossier)),
        "estimated_share": float(claim.estimated.mean()) if len(claim.dossier) else 0.0,
    }


def _told(scale: Scale, one: _Found, claim: Claim, hours: Interval) -> Opportunity:
    detector, key = one.detector, _key(one)
    facts = {name: float(values[one.group]) for name, values in one.detection.facts.items()}
    nominal = one.detection.nominal_us is not None
    return Opportunity(
        kind=detector.kind,
        name_vi=detector.name_vi,
        name_en=detector.name_en,
        key=key,
        heuristic_vi=detector.heuristic_vi,
        heuristic_en=detector.heuristic,
        evidence_vi=vietnamese(detector.vi, {**key, **facts}),
        evidence_en=english(detector.en, {**key, **facts}),
        facts=facts,
        nominal=nominal,
        p_value=one.chances[0],
        q_value=one.chances[1],
        test=detector.test,
        claim=claim,
        **_numbers(claim, hours, scale, nominal),
    )


def _key(one: _Found) -> dict[str, str | None]:
    groups: Groups = one.detection.groups
    return groups.key(one.group)
