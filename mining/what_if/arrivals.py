"""What arrives in a simulated period: as it did in the log, or drawn from how it came by day, hour and week.

Days of a kind (a weekday on which the office is open, or closed) have a mean count, weeks a level; the count of a day
is negative binomial with the dispersion of the log. Each arrival is like a dossier that came on such a day at about
that time of the year, at the hour at which that one came. So arrivals go with the hour of the week, and what comes
together stays together: procedure, unit, channel, way, work.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining.chance import dispersion
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE
from mining.what_if.model import Courses, Mix, Model, traits
from mining.what_if.office import DAY_US

_NEAR_DAYS = 21
_LEAST_NEAR = 30
_SMOOTH_WEEKS = 5

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """What arrives, in order of time: when, and the course of the log that it is like."""

    at_us: Ints
    like: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """How dossiers come: the kind and the mean count of each local day of the log, and their dispersion.

    `donors` are the courses that others can be like, by kind of day and then by day; `donor_day` is that of each.
    """

    first_day: int
    kind: Ints
    mean: Numbers
    dispersion: float
    donors: Ints
    donor_kind: Ints
    donor_day: Ints


def profile(model: Model, before_us: int | None = None) -> Profile:
    """Discover how dossiers come, from those that arrived before an instant, or from all that count."""
    courses, zone_us = model.courses, model.zone_us
    before = model.span.known_to_us if before_us is None else before_us
    day = (courses.arrival_us + zone_us) // DAY_US
    first, last = int(day[0]), int((model.span.end_us + zone_us) // DAY_US)
    days = np.arange(first, max(int(day[-1]), last) + 1)
    kind = _kinds(model, days)
    seen = courses.arrival_us < before
    told = days < (before + zone_us) // DAY_US
    counts = np.bincount(day[seen] - first, minlength=len(days)).astype(np.float64)
    mean = _levels(counts, kind, told)
    spread = dispersion(counts[told], mean[told], len(np.unique(kind)))
    rows = np.flatnonzero(seen & courses.known & (courses.arrival_us < model.span.known_to_us))
    rows = rows[np.lexsort((courses.arrival_us[rows], kind[day[rows] - first]))]
    return Profile(first, kind, mean, spread, rows, kind[day[rows] - first], day[rows] - first)


def drawn(model: Model, how: Profile, random: np.random.Generator) -> Arrivals:
    """Draw what arrives in the time of the log."""
    size = how.mean / max(how.dispersion - 1, 1e-9)
    counts = np.where(
        (how.dispersion > 1.001) & (how.mean > 0),
        random.negative_binomial(np.maximum(size, 1e-9), 1 / max(how.dispersion, 1.001)),
        random.poisson(how.mean),
    )
    day = np.repeat(np.arange(len(how.mean)), counts)
    like = _like(how, day, random.random(len(day)))
    of_day = (model.courses.arrival_us[like] + model.zone_us) % DAY_US
    at_us = (day + how.first_day) * DAY_US + of_day - model.zone_us
    order = np.argsort(at_us, kind="stable")
    return Arrivals(at_us[order], like[order])


def as_logged(model: Model, how: Profile, random: np.random.Generator) -> Arrivals:
    """Return what arrived; what is not finished goes like another dossier of its procedure and unit."""
    courses = model.courses
    like = np.arange(len(courses))
    rows = np.flatnonzero(~courses.known)
    like[rows] = _exchanged(courses, rows, how.donors, random.random(len(rows)))
    return Arrivals(courses.arrival_us, like)


def changed(model: Model, arrivals: Arrivals, how: Profile, random: np.random.Generator) -> Arrivals:
    """Return what arrives once the model's factors and mixes are applied; without any it is what it was."""
    for mix in model.mixes:
        arrivals = _mixed(model, arrivals, mix, how, random)
    for procedure, factor in model.factors:
        own = np.ones(len(arrivals.like), np.bool_)
        if procedure != NONE:
            own = model.courses.procedure[arrivals.like] == procedure
        times = np.where(own, np.floor(factor + random.random(len(own))), 1).astype(np.int64)
        at_us, like = np.repeat(arrivals.at_us, times), np.repeat(arrivals.like, times)
        arrivals = Arrivals(at_us, like)
    return arrivals


def _mixed(model: Model, arrivals: Arrivals, mix: Mix, how: Profile, random: np.random.Generator) -> Arrivals:
    """Let some dossiers have the trait, or lose it, until its share is as asked."""
    courses, like, at_us = model.courses, arrivals.like.copy(), arrivals.at_us.copy()
    own = np.flatnonzero((courses.procedure[like] == mix.procedure) | (mix.procedure == NONE))
    has = traits(courses, mix.trait)
    share = float(has[like[own]].mean()) if len(own) else mix.share
    throws = random.random((2, len(own)))
    to_have = mix.share > share
    chance = (mix.share - share) / max(1 - share, 1e-9) if to_have else (share - mix.share) / max(share, 1e-9)
    chosen = (has[like[own]] != to_have) & (throws[0] < chance)
    rows, donors = own[chosen], how.donors[has[how.donors] == to_have]
    if mix.twin is None:
        like[rows] = _exchanged(courses, like[rows], donors, throws[1][chosen])
        return Arrivals(at_us, like)
    if len(donors):  # they come at the time of day at which such dossiers come
        of_day = (courses.arrival_us[donors] + model.zone_us) % DAY_US
        midnight = (at_us[rows] + model.zone_us) // DAY_US * DAY_US - model.zone_us
        at_us[rows] = midnight + of_day[(throws[1][chosen] * len(donors)).astype(np.int64)]
    like[rows] = np.where(mix.twin[like[rows]] == NONE, like[rows], mix.twin[like[rows]])
    order = np.argsort(at_us, kind="stable")
    return Arrivals(at_us[order], like[order])


def _exchanged(courses: Courses, rows: Ints, donors: Ints, throws: Numbers) -> Ints:
    """For each course one of the donors of the same procedure and unit; itself, or any donor, where there is none."""
    if not len(donors) or not len(rows):
        return rows
    width = int(courses.unit.max(initial=0)) + 2
    key = courses.procedure * width + courses.unit + 1
    order = donors[np.argsort(key[donors], kind="stable")]
    first, last = (np.searchsorted(key[order], key[rows], side) for side in ("left", "right"))
    place = first + (throws * (last - first)).astype(np.int64)
    otherwise = np.where(courses.known[rows], rows, donors[(throws * len(donors)).astype(np.int64)])
    return np.where(last > first, order[np.minimum(place, len(order) - 1)], otherwise)


def _kinds(model: Model, days: Ints) -> Ints:
    """The kind of each local day: its weekday, and whether any office is open."""
    opened = [np.unique((one.opens_us + model.zone_us) // DAY_US) for one in model.openings]
    open_days = np.unique(np.concatenate(opened))
    return np.asarray((days + 3) % 7 * 2 + np.isin(days, open_days), np.int64)


def _levels(counts: Numbers, kind: Ints, told: Mask) -> Numbers:
    """The mean count of each day: that of its kind, times the level of the weeks around it."""
    many = np.bincount(kind[told], minlength=14)
    mean: Numbers = (np.bincount(kind[told], counts[told], minlength=14) / np.maximum(many, 1))[kind]
    week = np.arange(len(counts)) // 7
    size = int(week[-1]) + 1
    expected = np.bincount(week[told], mean[told], minlength=size)
    found = np.bincount(week[told], counts[told], minlength=size)
    window = np.ones(_SMOOTH_WEEKS)
    around = np.convolve(np.pad(expected, _SMOOTH_WEEKS // 2), window, "valid")
    level = np.convolve(np.pad(found, _SMOOTH_WEEKS // 2), window, "valid") / np.maximum(around, 1e-9)
    known = np.flatnonzero(expected > 0)
    if not len(known):
        return mean
    # At both ends the level of the nearest whole window: that of one week alone would be chance.
    half = min(_SMOOTH_WEEKS // 2, (len(known) - 1) // 2)
    week = np.clip(week, known[0] + half, known[-1] - half)
    return np.asarray(mean * level[week], np.float64)


def _like(how: Profile, day: Ints, throws: Numbers) -> Ints:
    """For each arrival a dossier that came on such a day, near in time; of any kind of day where there was none."""
    like = np.empty(len(day), np.int64)
    bounds = np.searchsorted(how.donor_kind, np.arange(15))
    for one in np.unique(day).tolist():
        rows = slice(*np.searchsorted(day, [one, one + 1]))
        low, high = bounds[how.kind[one]], bounds[how.kind[one] + 1]
        donors, days = (how.donors[low:high], how.donor_day[low:high]) if high > low else (how.donors, how.donor_day)
        # At either end of what is known, and beyond, the nearest weeks stand for it.
        middle = min(max(one, int(days.min()) + _NEAR_DAYS), max(int(days.max()) - _NEAR_DAYS, int(days.min())))
        apart = np.abs(days - middle)
        near = apart <= max(_NEAR_DAYS, int(np.partition(apart, few := min(_LEAST_NEAR, len(days)) - 1)[few]))
        chosen = donors[near]
        like[rows] = chosen[(throws[rows] * len(chosen)).astype(np.int64)]
    return like
