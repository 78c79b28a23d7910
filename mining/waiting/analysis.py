"""Why the steps of a whole city waited: enablement, batches and causes, desk by desk, as columns."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mining.waiting.batches import Batches, gapless, sittings
from mining.waiting.causes import CAUSES, Queue, split, split_gapless
from mining.waiting.citizen import AwayTimes, left_over, ready_since
from mining.waiting.desks import Availability, Portion, desks, portions
from mining.waiting.enablement import Concurrency, Enabled, concurrency, enable
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE, UNKNOWN_US, Steps
from mining.waiting.timeline import Split, Timeline

Rule = Literal["strict", "kronos"]
RULES: tuple[Rule, ...] = ("strict", "kronos")


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """A row per step with a known start: its wait by cause, the whole of it, and the work that followed.

    `row` is the row of the steps, ascending. `enabled` is of all steps. `batched` says whether it was in a batch.
    """

    row: Ints
    enabled: Enabled
    batched: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    causes: Mapping[str, Split]
    whole: Split
    work: Split


def analyse(
    steps: Steps,
    availability: Availability,
    *,
    rule: Rule = "strict",
    away: AwayTimes | None = None,
    side_by_side: Concurrency | None = None,
    officers: Collection[str | None] | None = None,
) -> Waits:
    """Tell why each step with a known start waited.

    `side_by_side` are the concurrent activities, found in the steps themselves where it is None. With `officers` only
    their steps are told (None: those of no officer); the steps must hold all steps of these officers, and whole
    dossiers. The rule of the paper's tool, `kronos`, knows no citizen's time.
    """
    gaps = rule == "kronos"
    related = concurrency(steps, few_loops=not gaps) if side_by_side is None else side_by_side
    enabled = enable(steps, related, strictly_before=gaps)
    asked = steps.start_us != UNKNOWN_US
    if officers is not None:
        asked &= np.isin(steps.officer.codes, _codes(steps, officers))
    away = AwayTimes.none() if gaps or away is None else away
    rows = np.flatnonzero(asked)
    chosen = desks(steps, availability)
    parts = (
        _told(steps, enabled, away, portion, rule) for portion in portions(chosen, rows, _span(steps, enabled, rows))
    )
    return _joined(rows, enabled, parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The waits of a portion, in its order."""

    rows: Ints
    batched: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    columns: tuple[Ints, ...]


def _told(steps: Steps, enabled: Enabled, away: AwayTimes, portion: Portion, rule: Rule) -> _Told:
    rows, lane = portion.rows, portion.lane
    at, start, end = enabled.at_us[rows], steps.start_us[rows], steps.end_us[rows]
    lanes = portion.lanes(at, end)
    work = lanes.windows(lane, start, end)
    owner, begins, ends = left_over(away, steps.dossier[rows], at, start)
    ready = lanes.windows(lane, ready_since(owner, begins, ends, start), start)
    known = slice(0 if portion.anonymous else len(rows))
    busy = Timeline.of(work.take(known), ready.begin[known])
    if portion.anonymous:
        batches = Batches.none(len(rows))
    elif rule == "kronos":
        batches = gapless(work, ready, lane * len(steps.activity.names) + steps.activity.codes[rows])
    else:
        batches = sittings(work, ready, lane, lanes, busy)
    pieces = lanes.windows(lane[owner], begins, ends)
    queue = Queue(lanes.windows(lane, at, start), ready, work, pieces, owner, batches, busy)
    told = (split_gapless if rule == "kronos" else split)(queue)
    columns = [told[cause] for cause in CAUSES] + [queue.waited.split, work.split]
    return _Told(rows, batches.of != NONE, tuple(part for one in columns for part in (one.elapsed, one.working)))


def _joined(rows: Ints, enabled: Enabled, parts: Iterable[_Told]) -> Waits:
    """Put the portions back in the order of the steps, each as it comes."""
    place = np.empty(len(enabled.at_us), np.int64)
    place[rows] = np.arange(len(rows))
    batched = np.zeros(len(rows), np.bool_)
    columns = [np.zeros(len(rows), np.int64) for _ in range(2 * (len(CAUSES) + 2))]
    for part in parts:
        own = place[part.rows]
        batched[own] = part.batched
        for column, values in zip(columns, part.columns, strict=True):
            column[own] = values
    splits = [Split(*pair) for pair in zip(columns[::2], columns[1::2], strict=True)]
    return Waits(rows, enabled, batched, dict(zip(CAUSES, splits, strict=False)), *splits[len(CAUSES) :])


def _codes(steps: Steps, officers: Iterable[str | None]) -> list[int]:
    number: dict[str | None, int] = {name: code for code, name in enumerate(steps.officer.names)}
    number[None] = NONE
    return [number[name] for name in officers if name in number]


def _span(steps: Steps, enabled: Enabled, rows: Ints) -> int:
    return int(steps.end_us[rows].max() - enabled.at_us[rows].min()) if len(rows) else 0
