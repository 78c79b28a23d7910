"""When a step could have begun: at the end of what it had to wait for in its own dossier.

Two activities that come in either order are concurrent and do not wait for each other: the heuristics concurrency
oracle (Weijters and Ribeiro, 2011; Armas Cervantes et al., 2019), with its thresholds of 0.9.
"""

from dataclasses import dataclass

import numpy as np

from mining.waiting.ranges import Ints, Mask, last_at_most
from mining.waiting.steps import NONE, UNKNOWN_US, Steps, starts_of_groups

LOOP_THRESHOLD = 0.9
DEPENDENCY_THRESHOLD = 0.9


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Which activities of a procedure run side by side: (procedure, activity, other activity), both ways round."""

    pairs: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Enabled:
    """When each step was enabled, and the row of the step that enabled it (NONE: the start of the dossier did)."""

    at_us: Ints
    source: Ints


def concurrency(steps: Steps, *, few_loops: bool = True) -> Concurrency:
    """Find the concurrent activities of each procedure.

    A and B are if A follows B and B follows A directly, (aba + bab) / (aba + bab + 1) < 0.9, and
    |ab - ba| / (ab + ba + 1) < 0.9, where ab counts A directly followed by B and aba this by A again. With `few_loops`,
    which the paper's tool does not ask for, aba + bab must also be less than half of the lesser of ab and ba: of a rare
    procedure that is sometimes sent back, the second condition alone cannot tell.
    """
    activities = len(steps.activity.names)
    code, dossier = steps.activity.codes, steps.dossier
    follows = np.flatnonzero((dossier[1:] == dossier[:-1]) & (code[1:] != code[:-1]))
    returns = np.flatnonzero((dossier[2:] == dossier[:-2]) & (code[2:] == code[:-2]) & (code[1:-1] != code[:-2]))
    keys = (steps.procedure.codes[:-1] * activities + code[:-1]) * activities + code[1:]
    known, ab = np.unique(keys[follows], return_counts=True)
    first, second, procedure = known // activities % activities, known % activities, known // activities**2
    reverse = (procedure * activities + second) * activities + first
    ba = _counted(known, ab, reverse)
    loops, times = np.unique(keys[returns], return_counts=True)
    loop = _counted(loops, times, known) + _counted(loops, times, reverse)
    both = ba > 0
    both &= loop / (loop + 1) < LOOP_THRESHOLD
    both &= np.abs(ab - ba) / (ab + ba + 1) < DEPENDENCY_THRESHOLD
    if few_loops:
        both &= 2 * loop < np.minimum(ab, ba)
    names = steps.activity.names
    rows = zip(procedure[both].tolist(), first[both].tolist(), second[both].tolist(), strict=True)
    return Concurrency(frozenset((steps.procedure.names[p], names[a], names[b]) for p, a, b in rows))


def enable(steps: Steps, side_by_side: Concurrency, *, strictly_before: bool = False) -> Enabled:
    """Tell when each step was enabled: the last earlier step of the dossier that had ended when this one began.

    Steps of concurrent activities are passed over. If there is none, the dossier's start enables it. A step without a
    known start is enabled by the last one before it. `strictly_before`: only by one that ended before this one did,
    as the paper's tool has it.
    """
    rows = np.arange(len(steps))
    group = starts_of_groups(steps.dossier)
    first = np.repeat(group, np.diff(np.append(group, len(steps))))
    begun = np.where(steps.start_us == UNKNOWN_US, steps.end_us, steps.start_us)
    limit = np.minimum(begun, steps.end_us - 1) if strictly_before else begun
    source = rows - 1
    late = np.flatnonzero((source >= first) & (steps.end_us[source] > limit))
    source[late] = last_at_most(steps.end_us, first[late], late, limit[late])
    _pass_over(steps, side_by_side, first, source)
    source[source < first] = NONE
    at_us = np.where(source == NONE, np.minimum(steps.dossier_from_us, begun), steps.end_us[source])
    return Enabled(at_us, source)


def _pass_over(steps: Steps, side_by_side: Concurrency, first: Ints, source: Ints) -> None:
    """Move each source back to the one that is not concurrent, a step a round, all rows at once."""
    pairs = _keys(steps, side_by_side)
    waiting = np.arange(len(steps)) if len(pairs) else np.empty(0, np.int64)
    while len(waiting):
        waiting = waiting[source[waiting] >= first[waiting]]
        waiting = waiting[_concurrent(steps, pairs, source[waiting], waiting)]
        source[waiting] -= 1


def _concurrent(steps: Steps, pairs: Ints, source: Ints, target: Ints) -> Mask:
    activities, code = len(steps.activity.names), steps.activity.codes
    keys = (steps.procedure.codes[target] * activities + code[source]) * activities + code[target]
    place = np.minimum(np.searchsorted(pairs, keys), len(pairs) - 1)
    found: Mask = pairs[place] == keys
    return found


def _keys(steps: Steps, side_by_side: Concurrency) -> Ints:
    """The concurrent pairs as sorted numbers, as far as their names occur."""
    procedures = {name: number for number, name in enumerate(steps.procedure.names)}
    names = {name: number for number, name in enumerate(steps.activity.names)}
    known = [
        (procedures[procedure] * len(names) + names[first]) * len(names) + names[second]
        for procedure, first, second in side_by_side.pairs
        if procedure in procedures and first in names and second in names
    ]
    return np.sort(np.array(known, np.int64))


def _counted(known: Ints, counts: Ints, asked: Ints) -> Ints:
    """The counts of the keys that are asked for, 0 for one that is not known."""
    if not len(known):
        return np.zeros(len(asked), np.int64)
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[place] == asked, counts[place], 0)
