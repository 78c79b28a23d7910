"""When work began that only its completion tells of: as soon as it could, and its officer too."""

from dataclasses import replace

import numpy as np

from mining.waiting.citizen import AwayTimes, left_over, ready_since
from mining.waiting.desks import Availability, Desks, desks
from mining.waiting.enablement import Concurrency, enable
from mining.waiting.ranges import Ints
from mining.waiting.steps import UNKNOWN_US, Steps
from mining.waiting.timeline import same_calendar
from mining.working_time.worktime import WorkingTime


def estimate_starts(
    steps: Steps, availability: Availability, side_by_side: Concurrency, away: AwayTimes | None = None
) -> Steps:
    """Fill in the starts that are not known, and mark them as `estimated`.

    A step began when it lay ready (it was enabled, and the citizen was done with it) and its officer had completed
    what they completed before, whichever is the later; where the office was closed then, when it opened; never after
    its end (after Chapela-Campa and Dumas, 2022). Without an officer nothing is known of a queue.
    """
    rows = np.flatnonzero(steps.start_us == UNKNOWN_US)
    if not len(rows):
        return steps
    chosen = desks(steps, availability)
    rows = rows[np.argsort(chosen.of[rows], kind="stable")]
    end = steps.end_us[rows]
    enabled = enable(steps, side_by_side).at_us[rows]
    stretches = left_over(away or AwayTimes.none(), steps.dossier[rows], enabled, end)
    ready = np.maximum(ready_since(*stretches, end), _completed_before(steps, chosen)[rows])
    start, estimated = steps.start_us.copy(), steps.estimated.copy()
    for time, part in same_calendar(chosen.times, chosen.of[rows]):
        start[rows[part]] = np.minimum(_opened(time, ready[part]), end[part])
    estimated[rows] = True
    return replace(steps, start_us=start, estimated=estimated)


def _completed_before(steps: Steps, chosen: Desks) -> Ints:
    """When the officer of each step completed what they completed before it; UNKNOWN_US where there is none."""
    order = np.lexsort((np.arange(len(steps)), steps.end_us, chosen.of))
    follows = np.flatnonzero(chosen.of[order][1:] == chosen.of[order][:-1])
    before = np.full(len(steps), UNKNOWN_US)
    before[order[follows + 1]] = steps.end_us[order[follows]]
    before[chosen.of >= chosen.anonymous] = UNKNOWN_US
    return before


def _opened(time: WorkingTime, instants: Ints) -> Ints:
    """The instants themselves while the office is open, else its next opening."""
    return time.at_us(time.worked_us(instants) + 1) - 1
