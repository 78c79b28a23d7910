"""The figures of an answer: what dossiers take as it is and with a change, over replications."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from mining.savings.figures import Interval
from mining.what_if.replication import Outcome

Numbers = npt.NDArray[np.float64]

BINS = 24
_LAST = 0.98


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of dossiers by hours; `edges_hours` has one entry more than `shares`, the last bin all that is longer."""

    edges_hours: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CycleTime:
    """Hours that a dossier takes."""

    mean: Interval
    median: Interval
    p90: Interval
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class Situation:
    """What dossiers take in a simulated period; `on_time` is None where nothing was promised."""

    dossiers: Interval
    elapsed: CycleTime
    working: CycleTime
    hands_on_mean: Interval
    on_time: Interval | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a change saves, in hours: positive where dossiers take less; `on_time` is how much its share grows.

    `working_hours_a_year` is that of a mean dossier times the dossiers of a year as it is, `hands_on_hours_a_year` all
    that officers work less in a year.
    """

    elapsed_hours: Interval
    working_hours: Interval
    median_elapsed_hours: Interval
    p90_elapsed_hours: Interval
    hands_on_hours: Interval
    working_hours_a_year: Interval
    hands_on_hours_a_year: Interval
    on_time: Interval | None


def interval(values: Sequence[float] | Numbers) -> Interval:
    """Return the mean over replications and the range in which one more of them lies in 95 of 100 cases.

    That is mean +- t * s * sqrt(1 + 1 / n), Student's prediction interval: what a period like it may bring. It does
    not shrink as replications are added, as that of the mean would.
    """
    known = np.asarray(values, np.float64)
    mean = float(known.mean())
    if len(known) < 2:
        return Interval(mean, None, None)
    width = float(stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) * np.sqrt(1 + 1 / len(known)))
    return Interval(mean, mean - width, mean + width)


def situations(pairs: Sequence[tuple[Outcome, Outcome | None]]) -> tuple[Situation, Situation | None]:
    """Return what dossiers take as it is and, where it was simulated, with the change, with the same bins."""
    before, after = [one for one, _ in pairs], [other for _, other in pairs if other is not None]
    edges = tuple(_edges([getattr(one, name) for one in (*before, *after)]) for name in _TIMES)
    return _situation(before, edges), _situation(after, edges) if after else None


def saved(pairs: Sequence[tuple[Outcome, Outcome]], a_year: float) -> Saved:
    """Return what the change saves; `a_year` is how many such periods make a year."""
    elapsed = _less(pairs, lambda one: _mean(one.elapsed_hours))
    working = _less(pairs, lambda one: _mean(one.working_hours))
    hands_on = _less(pairs, lambda one: _mean(one.hands_on_hours))
    a_dossier = np.array([len(before.working_hours) * a_year for before, _ in pairs])
    promised = all(np.isfinite(one.on_time).any() for pair in pairs for one in pair)
    return Saved(
        elapsed_hours=interval(elapsed),
        working_hours=interval(working),
        median_elapsed_hours=interval(_less(pairs, lambda one: _quantile(one.elapsed_hours, 0.5))),
        p90_elapsed_hours=interval(_less(pairs, lambda one: _quantile(one.elapsed_hours, 0.9))),
        hands_on_hours=interval(hands_on),
        working_hours_a_year=interval(working * a_dossier),
        hands_on_hours_a_year=interval(_less(pairs, lambda one: float(one.hands_on_hours.sum())) * a_year),
        on_time=interval(-_less(pairs, lambda one: float(np.nanmean(one.on_time)))) if promised else None,
    )


_TIMES = ("elapsed_hours", "working_hours")


def _less(pairs: Sequence[tuple[Outcome, Outcome]], of: Callable[[Outcome], float]) -> Numbers:
    return np.array([of(before) - of(after) for before, after in pairs])


def _situation(outcomes: Sequence[Outcome], edges: Sequence[Numbers]) -> Situation:
    times = [
        CycleTime(
            mean=interval([_mean(getattr(one, name)) for one in outcomes]),
            median=interval([_quantile(getattr(one, name), 0.5) for one in outcomes]),
            p90=interval([_quantile(getattr(one, name), 0.9) for one in outcomes]),
            histogram=_histogram(np.concatenate([getattr(one, name) for one in outcomes]), bins),
        )
        for name, bins in zip(_TIMES, edges, strict=True)
    ]
    promised = all(np.isfinite(one.on_time).any() for one in outcomes)
    return Situation(
        dossiers=interval([float(len(one.elapsed_hours)) for one in outcomes]),
        elapsed=times[0],
        working=times[1],
        hands_on_mean=interval([_mean(one.hands_on_hours) for one in outcomes]),
        on_time=_share([float(np.nanmean(one.on_time)) for one in outcomes]) if promised else None,
    )


def _share(values: Sequence[float]) -> Interval:
    found = interval(values)
    if found.low is None or found.high is None:
        return found
    return Interval(found.estimate, max(found.low, 0.0), min(found.high, 1.0))


def _edges(samples: Sequence[Numbers]) -> Numbers:
    """Equal bins up to what nearly all take, and one for the rest."""
    hours = np.concatenate(samples)
    longest = float(np.quantile(hours, _LAST)) if len(hours) else 1.0
    return np.append(np.linspace(0.0, max(longest, 1.0), BINS), max(float(hours.max(initial=0.0)), longest, 1.0) + 1.0)


def _histogram(hours: Numbers, edges: Numbers) -> Histogram:
    counts = np.histogram(hours, edges)[0]
    return Histogram(tuple(np.round(edges, 3).tolist()), tuple((counts / max(counts.sum(), 1)).tolist()))


def _mean(hours: Numbers) -> float:
    return float(hours.mean()) if len(hours) else 0.0


def _quantile(hours: Numbers, share: float) -> float:
    return float(np.quantile(hours, share)) if len(hours) else 0.0
