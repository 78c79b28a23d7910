"""Why steps waited, told the slow and obvious way: instance by instance and tick by tick.

Times are ticks of 3 minutes since a Monday, 00:00 UTC; offices are open 08:00-12:00 and 13:00-17:00.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

CAUSES = ("citizen", "batching", "contention", "prioritization", "unavailability", "extraneous")
TICK_MINUTES = 3
OPEN = (range(160, 240), range(260, 340))
OPEN_BEFORE = (range(-220, -140), *OPEN)
PAUSE_TICKS = 5 / TICK_MINUTES


@dataclass(frozen=True, slots=True)
class Drawn:
    """A completed step; in the order of a list equal ends are in the order of the path."""

    dossier: int
    activity: str
    officer: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """When it was enabled, by which index of the list (None: the start of the dossier), and its ticks by cause."""

    enabled: int
    source: int | None
    batched: bool
    ticks: dict[str, int]
    working: dict[str, int]


def told(log: Sequence[Drawn], rule: str, away: dict[int, list[tuple[int, int]]]) -> list[Told]:
    """Tell every step of a log; `away` are the citizen's times by dossier."""
    kronos = rule == "kronos"
    enabled, source = _enabled(log, kronos)
    ready = enabled if kronos else _ready(log, enabled, away)
    batch = _kronos_batches(log, enabled) if kronos else _sittings(log, ready)
    gathered = [max((ready[k] for k in mine), default=enabled[index]) for index, mine in enumerate(batch)]
    away = {} if kronos else away
    return [_told(index, log, (enabled, ready, source, batch, gathered), away, kronos) for index in range(len(log))]


def _told(index, log, known, away, kronos):
    enabled, lay_ready, source, batch, gathered = known
    one, mine, ready = log[index], batch[index], gathered[index]
    ticks, working = dict.fromkeys(CAUSES, 0), dict.fromkeys(CAUSES, 0)
    for tick in range(enabled[index], one.start):
        busy = [
            k
            for k, other in enumerate(log)
            if k != index and one.officer and other.officer == one.officer and other.start <= tick < other.end
        ]
        since = _since(tick, enabled[index], away.get(one.dossier, []))
        first = [k for k in busy if lay_ready[k] <= (ready if kronos and k not in mine else since)]
        cause = (
            "citizen"
            if any(begin <= tick < end for begin, end in away.get(one.dossier, []))
            else "batching"
            if tick < ready
            else "contention"
            if first
            else "prioritization"
            if busy
            else "extraneous"
            if _open(tick)
            else "unavailability"
        )
        ticks[cause] += 1
        working[cause] += _open(tick)
    return Told(enabled[index], source[index], bool(mine), ticks, working)


def _open(tick: int) -> bool:
    return any(tick in hours for hours in OPEN)


def _path(log, kronos):
    """The indices of each dossier in order."""
    dossiers = defaultdict(list)
    for index, one in enumerate(log):
        dossiers[one.dossier].append(index)
    for own in dossiers.values():
        own.sort(key=lambda k: (log[k].end, log[k].start, log[k].activity) if kronos else log[k].end)
    return dossiers


def concurrent(log: Sequence[Drawn], kronos: bool = False) -> set[tuple[str, str]]:
    """The pairs of activities that are side by side."""
    follows, loops = Counter(), Counter()
    for own in _path(log, kronos).values():
        names = [log[k].activity for k in own]
        follows.update(pairwise(names))
        loops.update((a, b) for a, b, c in zip(names, names[1:], names[2:], strict=False) if a == c != b)
    found = set()
    for a, b in list(follows):
        ab, ba, loop = follows[a, b], follows[b, a], loops[a, b] + loops[b, a]
        both = a != b and ba and loop / (loop + 1) < 0.9 and abs((ab - ba) / (ab + ba + 1)) < 0.9
        if both and (kronos or loop < min(ab, ba) / 2):
            found.add((a, b))
    return found


def _enabled(log, kronos):
    pairs = concurrent(log, kronos)
    enabled, source = [0] * len(log), [None] * len(log)
    for own in _path(log, kronos).values():
        begun = min(log[k].start for k in own)
        for place, index in enumerate(own):
            one = log[index]
            before = [
                k
                for k in own[:place]
                if log[k].end <= one.start
                and (not kronos or log[k].end < one.end)
                and (log[k].activity, one.activity) not in pairs
            ]
            source[index] = before[-1] if before else None
            enabled[index] = log[before[-1]].end if before else begun
    return enabled, source


def _kronos_batches(log, enabled):
    batch, groups = [set() for _ in log], defaultdict(list)
    for index, one in enumerate(log):
        if one.officer:
            groups[one.officer, one.activity].append(index)
    for own in groups.values():
        current: list[int] = []
        for index in sorted(own, key=lambda k: (log[k].start, enabled[k])):
            first = current and log[current[0]].start
            if current and enabled[index] <= first and log[index].start <= max(log[k].end for k in current):
                current.append(index)
                continue
            _close(current, batch)
            current = [index]
        _close(current, batch)
    return batch


def _close(current, batch):
    if len(current) > 1:
        for index in current:
            batch[index] = set(current)


def _ready(log, enabled, away):
    return [_since(one.start, enabled[k], away.get(one.dossier, [])) for k, one in enumerate(log)]


def _since(tick, enabled, spans):
    """Since when a dossier had been the agency's without a break."""
    while tick > enabled and not any(begin <= tick - 1 < end for begin, end in spans):
        tick -= 1
    return tick


def _sittings(log, ready):
    batch, officers = [set() for _ in log], defaultdict(list)
    for index, one in enumerate(log):
        if one.officer:
            officers[one.officer].append(index)
    for own in officers.values():
        chains: list[list[int]] = []
        for index in sorted(own, key=lambda k: (log[k].start, ready[k])):
            current = chains[-1] if chains else []
            if current and ready[index] <= log[current[0]].start and _no_pause(log, current, index):
                current.append(index)
            else:
                chains.append([index])
        chains = [one for one in chains if len(one) > 1 and _let_pile_up(log, own, ready, one)]
        if sum(map(len, chains)) >= 0.1 * len(own):
            for one in chains:
                _close(one, batch)
    return batch


def _no_pause(log, current, index):
    return sum(map(_open, range(max(log[k].end for k in current), log[index].start))) <= PAUSE_TICKS


def _let_pile_up(log, own, ready, current):
    begun = log[current[0]].start
    opened = max(hours.start for hours in OPEN_BEFORE if hours.start <= begun)
    lay_ready = [k for k in own if ready[k] <= begun <= log[k].start]
    free = [k for k in current if _free(log, own, max(ready[k], opened), begun) > PAUSE_TICKS]
    return len(free) > 1 and len(current) >= 0.9 * len(lay_ready)


def _free(log, own, begin, end):
    return sum(_open(t) and not any(log[k].start <= t < log[k].end for k in own) for t in range(begin, end))
