"""How good a simulation is: weeks that it was not discovered from, as they were and as it draws them.

The distance is that of `log-distance-measures` (Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich, "Can I
trust my simulation model?", 2023): the 1-Wasserstein distance of cycle times in bins of an hour, the first of which
begins with the shortest of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from mining.what_if.arrivals import drawn, profile
from mining.what_if.model import Model
from mining.what_if.office import DAY_US
from mining.what_if.outside import redrawn
from mining.what_if.replication import Outcome, run

Numbers = npt.NDArray[np.float64]
Grade = Literal["good", "usable", "not_reliable"]

GOOD, USABLE = 0.1, 0.25
"""Up to which relative distance a simulation is good, and usable."""
MOST_ESTIMATED = 0.5
"""Where the log does not tell of more of the steps when they were worked on, the simulation is not to be relied on."""
LEAST_DOSSIERS = 30
_TRAINED = 0.7
_MONDAY = 4
"""1 January 1970 was a Thursday: the fourth day after it was a Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The held-out dossiers of a log against simulated ones; hours by the wall clock, and working hours.

    `distance_hours` is how far the cycle times have to be moved in the mean to make one of the other; `relative` is
    that over the mean of the log. `log_distance_hours` is the same distance of the weeks before from the held-out ones,
    both of the log: how much the log itself changed. `held_out_from_us` is when the held-out weeks begin.
    """

    grade: Grade
    held_out_from_us: int
    dossiers: int
    mean_hours: float
    simulated_mean_hours: float
    distance_hours: float
    relative: float
    working_mean_hours: float
    simulated_working_mean_hours: float
    working_distance_hours: float
    working_relative: float
    log_distance_hours: float


def distance_hours(one: Numbers, other: Numbers) -> float:
    """Return the 1-Wasserstein distance of two samples of hours in bins of an hour; NaN where either is empty."""
    if not len(one) or not len(other):
        return float("nan")
    shortest = min(one.min(), other.min())
    return float(stats.wasserstein_distance(np.floor(one - shortest), np.floor(other - shortest)))


def held_out_from(model: Model) -> int:
    """Return when the held-out weeks begin: on the Monday by which seven tenths of what counts have passed."""
    at = model.span.from_us + int(_TRAINED * model.span.counted_us) + model.zone_us
    monday = (at // DAY_US - _MONDAY) // 7 * 7 + _MONDAY
    begin = monday * DAY_US - model.zone_us
    return begin if begin > model.span.from_us else at - model.zone_us


def simulate_held_out(model: Model, seed: tuple[int, ...]) -> Outcome:
    """Simulate the held-out weeks; how dossiers come and go is taken from those before.

    A dossier of the last days before may not have been finished by then, so that the last of them are left out.
    """
    begin = held_out_from(model)
    model = redrawn(model, np.random.default_rng([*seed, 4]))
    how = profile(model, begin - (model.span.end_us - model.span.known_to_us))
    arrivals = drawn(model, how, np.random.default_rng([*seed, 3]))
    return run(model, arrivals, from_us=begin)


def validated(model: Model, simulated: Sequence[Outcome]) -> Validation:
    """Compare the held-out weeks of the log with some simulations of them."""
    begin, courses = held_out_from(model), model.courses
    known = courses.known & courses.measured & (courses.arrival_us < model.span.known_to_us)
    counted = known & (courses.arrival_us >= model.span.from_us)
    held_out = counted & (courses.arrival_us >= begin)
    size = len(courses.logged.elapsed_us)
    elapsed, working = (one / 3.6e9 for one in (courses.logged.elapsed_us, courses.logged.working_us))
    real, before = held_out[:size], (counted & ~held_out)[:size]
    hours = np.concatenate([one.elapsed_hours for one in simulated])
    working_hours = np.concatenate([one.working_hours for one in simulated])
    distance, working_distance = distance_hours(elapsed[real], hours), distance_hours(working[real], working_hours)
    mean, working_mean = _mean(elapsed[real]), _mean(working[real])
    relative = distance / mean if mean > 0 else float("nan")
    return Validation(
        grade=grade(relative, int(real.sum()), model.estimated),
        held_out_from_us=begin,
        dossiers=int(real.sum()),
        mean_hours=mean,
        simulated_mean_hours=_mean(hours),
        distance_hours=distance,
        relative=relative,
        working_mean_hours=working_mean,
        simulated_working_mean_hours=_mean(working_hours),
        working_distance_hours=working_distance,
        working_relative=working_distance / working_mean if working_mean > 0 else float("nan"),
        log_distance_hours=distance_hours(elapsed[before], elapsed[real]),
    )


def grade(relative: float, dossiers: int, estimated: float) -> Grade:
    """Say how good a simulation is, by its relative distance, how many dossiers that rests on, and what is known."""
    if dossiers < LEAST_DOSSIERS or estimated > MOST_ESTIMATED or not relative <= USABLE:
        return "not_reliable"
    return "good" if relative <= GOOD else "usable"


def _mean(values: Numbers) -> float:
    return float(values.mean()) if len(values) else float("nan")
