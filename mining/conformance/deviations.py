"""What the moves of an alignment mean: steps that were skipped, extra, swapped or repeated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mining.conformance.alignment import Alignment, Move, MoveKind
from mining.conformance.rules import Sign


class DeviationKind(StrEnum):
    """How a dossier deviates from its approved process; the first four from the order of the steps."""

    SKIPPED = "skipped"
    EXTRA = "extra"
    SWAPPED = "swapped"
    REPEATED = "repeated"
    WRONG_UNIT = "wrong_unit"
    WRONG_ROLE = "wrong_role"
    OVER_TIME = "over_time"


@dataclass(frozen=True, slots=True)
class OrderDeviation:
    """A deviation from the order of the steps.

    `symbol` is the step's, None for work that the process does not have; `place` counts from 0 along the trace, None
    for a step that was skipped.
    """

    kind: DeviationKind
    symbol: int | None
    place: int | None


def order_deviations(alignment: Alignment) -> tuple[OrderDeviation, ...]:
    """Tell from an optimal alignment what deviates; there is something exactly where it costs something.

    A step that is skipped in one place and extra in another is swapped: done, but not in its place. Steps done again
    without a recorded reason, where the least costly explanation is one that was not recorded, are repeated.
    """
    skipped = Counter(
        move.symbol for move in alignment.moves if move.kind is MoveKind.MODEL and move.symbol != Sign.REOPEN
    )
    found = list(_repeated(alignment.moves))
    for move in alignment.moves:
        if move.kind is not MoveKind.LOG:
            continue
        swapped = skipped[move.symbol] > 0
        skipped[move.symbol] -= swapped
        kind = DeviationKind.SWAPPED if swapped else DeviationKind.EXTRA
        found.append(OrderDeviation(kind, move.symbol if move.symbol > 0 else None, move.place))
    return (*found, *(OrderDeviation(DeviationKind.SKIPPED, symbol, None) for symbol in skipped.elements()))


def _repeated(moves: Sequence[Move]) -> list[OrderDeviation]:
    """Find the steps that are done again after the model alone reopened, until the work is where it was before."""
    found: list[OrderDeviation] = []
    furthest, again, first = 0, False, False
    for move in moves:
        if move.symbol == Sign.REOPEN:
            again = first = move.kind is MoveKind.MODEL
        elif move.symbol > 0 and move.kind is not MoveKind.LOG:
            again = again and (first or move.symbol <= furthest)
            if again and move.kind is MoveKind.BOTH:
                found.append(OrderDeviation(DeviationKind.REPEATED, move.symbol, move.place))
                first = False
            furthest = max(furthest, move.symbol)
    return found
