"""Models as small state machines: what an approved process allows, step by step."""

from collections.abc import Iterable
from dataclasses import dataclass

from mining.conformance import ConformanceError


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one state to another; `symbol` is what is seen on it, None where nothing is.

    One that is `only_seen` is never taken to explain what was not seen.
    """

    source: int
    target: int
    symbol: int | None
    only_seen: bool = False


@dataclass(frozen=True, slots=True)
class Automaton:
    """States 0 to `states` - 1, of which 0 is the start and `finals` are the ends.

    Raises ConformanceError where no end can be reached, or an edge leads from or to nowhere.
    """

    states: int
    edges: tuple[Edge, ...]
    finals: frozenset[int]

    def __post_init__(self) -> None:
        known = range(self.states)
        if not all(edge.source in known and edge.target in known for edge in self.edges):
            raise ConformanceError(f"a model with {self.states} states has an edge that leads from or to another one")
        if not self.finals & self.reached():
            raise ConformanceError(
                "the end of the model cannot be reached from its start; correct the approved process"
            )

    def reached(self) -> frozenset[int]:
        """Return the states that can be reached from the start."""
        return _reached(frozenset({0}), [(edge.source, edge.target) for edge in self.edges])

    def unreachable_symbols(self) -> frozenset[int]:
        """Return what no run from the start to an end can show."""
        back = _reached(self.finals, [(edge.target, edge.source) for edge in self.edges])
        alive = self.reached() & back
        shown = {edge.symbol for edge in self.edges if edge.source in alive and edge.target in alive}
        return frozenset({edge.symbol for edge in self.edges if edge.symbol is not None} - shown)


def _reached(begin: frozenset[int], ways: Iterable[tuple[int, int]]) -> frozenset[int]:
    following: dict[int, set[int]] = {}
    for source, target in ways:
        following.setdefault(source, set()).add(target)
    found, waiting = set(begin), list(begin)
    while waiting:
        fresh = following.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)
