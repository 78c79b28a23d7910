"""Where most hours are lost and what could be saved, kept as plain numbers for the metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from api.improvement.kept import CitySearch
from api.periodic import Periodic
from api.waiting.kept import WholeCity
from mining.bottlenecks.ranking import Bottleneck, bottlenecks
from mining.opportunities.ranking import DETECTORS
from mining.waiting.findings import WaitingLog

TOP = 20
"""So many posts are shown, a series for each cause: the metrics stay few however large the city is."""
KINDS = tuple(kind for kind in DETECTORS if kind != "limit")
"""The kinds of opportunities that save time."""


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit ("" where none is named) that loses much: working seconds a year by cause."""

    unit: str
    role: str
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ImprovementNumbers:
    """Working seconds a year: what each kind of opportunity would save, overlaps counted once, and the TOP posts."""

    potential: Mapping[str, float] = field(default_factory=dict)
    top: tuple[Post, ...] = ()


class ImprovementWatch(Periodic[ImprovementNumbers]):
    """Searches the store once in a while when something was mined or stated; the search is kept for all questions.

    `changes` tells apart the states of the store.
    """

    what = "opportunities"

    def __init__(self, search: CitySearch, changes: Callable[[], tuple[int, int]]) -> None:
        super().__init__(ImprovementNumbers())
        self._search = search
        self._changes = changes

    def state(self) -> object | None:
        """Return how far events are mined, and the catalogue is stated; None until there are events."""
        changes = self._changes()
        return changes if changes[0] else None

    def count(self) -> ImprovementNumbers:
        """Read the numbers off what is kept."""
        found = self._search.kept.get(self._search).found
        if found is None:
            return ImprovementNumbers()
        hours = dict.fromkeys(KINDS, 0.0)
        for row in found.rows:
            hours[row.kind] += row.net_hours_a_year
        log = self._search.kept.get(WholeCity(self._search.officers)).log
        return ImprovementNumbers({kind: 3600 * one for kind, one in hours.items()}, _top(log))


def _top(log: WaitingLog) -> tuple[Post, ...]:
    return tuple(_post(row) for row in bottlenecks(log, "officer_role", limit=TOP).rows)


def _post(row: Bottleneck) -> Post:
    whole = 3600 * row.hours_a_year.estimate
    seconds = {cause: share * whole for cause, share in row.by_cause.items()}
    return Post(row.key["unit"] or "", row.key["target_role"] or "", seconds)
