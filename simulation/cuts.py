"""Limits of processes and how far new versions cut them: whole hours or half days, adding up to what was announced."""

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from simulation.city import HOURS_OF_A_WORKING_DAY, Limit
from simulation.drawing import chosen
from simulation.scenario import Limits, Versions
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import HandlingLevel, Span

_HALF_DAY_HOURS = 4.0


@dataclass(frozen=True, slots=True)
class Terms:
    """The limit of a process line before and after its new version, in working hours; `after` is None without one.

    A limit in calendar days has no fixed number of working hours: `calendar_days` says it, `before` is a guide only.
    """

    before: float
    after: float | None = None
    calendar_days: float | None = None

    def limits(self) -> tuple[Limit, Limit | None]:
        """Return both limits as they are written: in working days where both are half days, else in hours."""
        if self.calendar_days is not None:
            return Limit(self.calendar_days, "calendar_days"), None
        pair = (self.before,) if self.after is None else (self.before, self.after)
        days = all(hours % _HALF_DAY_HOURS == 0 and hours >= HOURS_OF_A_WORKING_DAY for hours in pair)
        scale, unit = (HOURS_OF_A_WORKING_DAY, "working_days") if days else (1, "hours")
        before, *after = (Limit(hours / scale, unit) for hours in pair)  # type: ignore[arg-type]
        return before, after[0] if after else None


def draw_limit_days(limits: Limits, span: Span, level: HandlingLevel, rng: np.random.Generator) -> float:
    """Return a limit in working days: a usual one of the field's span that the level allows, shorter ones likelier."""
    most = limits.most_days.get(level, span.high)
    usual = [days for days in limits.typical_days if span.low <= days <= min(span.high, most)]
    if not usual:
        return min(span.low, most)
    return chosen(usual, [1 / (2 + place) for place in range(len(usual))], rng)


def shorter(limits: Limits, days: float) -> float:
    """Return the usual limit next below one, or half of it where there is none."""
    return max((one for one in limits.typical_days if one < days), default=days / 2)


def possible_cuts(versions: Versions, hours: float) -> list[float]:
    """Return the cuts that a limit of so many hours can take, smallest first."""
    least, most = versions.least_cut * hours, versions.most_cut * hours
    return sorted({cut for cut in versions.cut_hours if least <= cut <= most})


def draw_cut(versions: Versions, hours: float, rng: np.random.Generator) -> float:
    """Return a cut of a limit of so many hours."""
    weights = dict(zip(versions.cut_hours, versions.cut_weights, strict=True))
    possible = possible_cuts(versions, hours)
    if not any(weights[cut] for cut in possible):
        return possible[0]
    return chosen(possible, [weights[cut] for cut in possible], rng)


def fit_cuts(
    versions: Versions, lines: list[list[Terms]], given: Container[int], rng: np.random.Generator
) -> list[list[Terms]]:
    """Change as few cuts as it takes until the sum over all lines is in the span that the scenario announces.

    `lines` are the terms of each procedure's lines; those whose place is in `given`, and those of procedures with
    several lines, stay as they are. Raises ScenarioError where the span cannot be reached.
    """
    span = versions.total_cut_hours
    if span is None:
        return lines
    lines = [list(one) for one in lines]
    target = span.low + (span.high - span.low) * float(rng.random())
    total = sum(map(_cut, itertools.chain.from_iterable(lines)))
    free = (place for place, one in enumerate(lines) if len(one) == 1 and one[0].after is not None)
    turns = [place for place in free if place not in given]
    for place in rng.permutation(turns).tolist() if turns else []:
        if span.low <= total <= span.high and abs(total - target) <= versions.cut_hours[0]:
            break
        terms = lines[place][0]
        cut = _next_cut(versions, terms, up=total < target)
        if abs(total - _cut(terms) + cut - target) < abs(total - target):
            total += cut - _cut(terms)
            lines[place][0] = Terms(terms.before, terms.before - cut)
    if not span.low <= total <= span.high:
        raise ScenarioError(
            f"the cuts of the new versions add up to {total:g} h, and versions.total_cut_hours wants {span.low:g} to"
            f" {span.high:g}; change versions.cut_hours, cut_weights or the number of versions.procedures"
        )
    return lines


def _next_cut(versions: Versions, terms: Terms, *, up: bool) -> float:
    """The cut one larger or one smaller than that of the terms, or the same where there is none."""
    cut, possible = _cut(terms), possible_cuts(versions, terms.before)
    beyond: Sequence[float] = [one for one in possible if (one > cut if up else one < cut)]
    return cut if not beyond else (beyond[0] if up else beyond[-1])


def _cut(terms: Terms) -> float:
    return 0.0 if terms.after is None else terms.before - terms.after
