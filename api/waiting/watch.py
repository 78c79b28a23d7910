"""Why the dossiers of the whole store waited, kept as plain numbers for the metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from api.costly import Keeper
from api.periodic import Periodic
from api.waiting.kept import Waited, WholeCity
from mining.waiting.causes import CAUSES
from mining.waiting.findings import WaitingRow
from mining.working_time.worktime import WorkingTime

TOP = 20
"""So many steps are shown, six series each: the metrics stay few however large the city is."""
_STEP = ("procedure", "target_activity")


@dataclass(frozen=True, slots=True)
class TopStep:
    """A step of a procedure at which much is waited: seconds by cause."""

    procedure: str
    activity: str
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WaitingNumbers:
    """What is shown of waiting: elapsed seconds by cause, the efficiency, and the TOP steps; empty: nothing is known.

    The steps are those with the most lost hours: waiting in office hours, without the citizen's part. `procedures` has
    elapsed seconds by code and cause.
    """

    seconds: Mapping[str, float] = field(default_factory=dict)
    cte: float | None = None
    top: tuple[TopStep, ...] = ()
    procedures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, waited: Waited) -> "WaitingNumbers":
        """Read the numbers off the waiting of the whole store."""
        found = waited.city(_STEP)
        rows = sorted((row for row in found.rows if _lost_us(row)), key=_lost_us, reverse=True)
        top = (TopStep(str(row.key["procedure"]), str(row.key["target_activity"]), _seconds(row)) for row in rows[:TOP])
        whole = {cause: found.whole.by_cause[cause].elapsed_seconds for cause in CAUSES}
        procedures = {str(row.key["procedure"]): _seconds(row) for row in waited.city(("procedure",)).rows}
        return cls(whole, found.whole.cte, tuple(top), procedures)


class WaitingWatch(Periodic[WaitingNumbers]):
    """Tells why dossiers waited once in a while when something was mined or stated.

    `officers` are the office hours of officers that have their own, `changes` tells apart the states of the store.
    """

    what = "the waiting of dossiers"

    def __init__(
        self, kept: Keeper, officers: Mapping[str, WorkingTime], changes: Callable[[], tuple[int, int]]
    ) -> None:
        super().__init__(WaitingNumbers())
        self._kept = kept
        self._officers = officers
        self._changes = changes

    def state(self) -> object | None:
        """Return how far events are mined, and the catalogue is stated; None until there are events."""
        changes = self._changes()
        return changes if changes[0] else None

    def count(self) -> WaitingNumbers:
        """Read the numbers off what is kept for all questions."""
        return WaitingNumbers.of(self._kept.get(WholeCity(self._officers)))


def _lost_us(row: WaitingRow) -> int:
    return row.total.waiting.working_us - row.total.by_cause["citizen"].working_us


def _seconds(row: WaitingRow) -> dict[str, float]:
    return {cause: row.total.by_cause[cause].elapsed_seconds for cause in CAUSES}
