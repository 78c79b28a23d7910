"""Optimal alignments of traces with a state machine, by dynamic programming.

An alignment pairs what was seen with a run of the model (van der Aalst, Adriansyah, van Dongen: "Replaying history on
process models for conformance checking and performance analysis", 2012). A move of both costs 0, of the log alone
1, of the model alone 1 where it is visible, else 0. The least cost is that of a shortest path through the product of
trace and model. The product has (length + 1) x states nodes and the model moves within a column are known beforehand
as all shortest paths, so that a trace of n events takes n steps of states x states each: nothing can explode.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mining.conformance.automaton import Automaton, Edge

Costs = npt.NDArray[np.int64]
_NEVER = 1 << 60
_MODEL = 1 << 20
_LOG = _MODEL + 1
"""What a move of the model and of the log alone cost while searching: the same, but of two ways that cost the same the
one with fewer moves of the log is taken, which leaves more of what was done in its place."""

_CLOCK_EVERY = 64
"""After how many events the time limit is looked at."""


class MoveKind(StrEnum):
    """Who moves: both, only the log (something extra was done), only the model (something was skipped)."""

    BOTH = "both"
    LOG = "log"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Move:
    """A move of an alignment; `place` counts from 0 along the trace and is None where only the model moves."""

    kind: MoveKind
    symbol: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """The visible moves of a trace and a model in order, and what they cost.

    `worst_cost` is that of doing everything apart: all events as moves of the log, and the shortest run of the model.
    Not `exact`: the time limit was reached, and `cost` is an upper bound, so that the fitness is a lower one.
    """

    cost: int
    worst_cost: int
    exact: bool
    moves: tuple[Move, ...]

    @property
    def fitness(self) -> float:
        """1 - cost / worst cost; 1 where there is nothing to compare."""
        return 1 - self.cost / self.worst_cost if self.worst_cost else 1.0


class Aligner:
    """Aligns traces with one model; consecutive traces share the work on their common beginning."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._leaving: list[list[Edge]] = [[] for _ in range(automaton.states)]
        for edge in automaton.edges:
            if not edge.only_seen:
                self._leaving[edge.source].append(edge)
        self._between = _distances(automaton)
        self._seen_on = _by_symbol(automaton.edges)
        self._finals = np.array(sorted(automaton.finals))
        self._paths: dict[int, list[Edge | None]] = {}
        self._trace: list[int] = []
        first = np.full(automaton.states, _NEVER, np.int64)
        first[0] = 0
        self._arrived: list[Costs] = [first]  # least costs right after the events so far ...
        self._ready: list[Costs] = [self._moved_on(first)]  # ... and after further moves of the model

    def align(self, trace: Sequence[int], *, complete: bool = True, limit_seconds: float = 1.0) -> Alignment:
        """Return an optimal alignment of a trace; of several the same one in every process.

        A trace that is not `complete` may end in any state: what is still to come is not skipped. Past
        `limit_seconds` the answer is that of a greedy replay, and not `exact`.
        """
        finals = self._finals if complete else np.arange(self._automaton.states)
        shortest = int(self._ready[0][finals].min()) // _MODEL
        worst = len(trace) + shortest
        if not self._advance(trace, time.monotonic() + limit_seconds):
            moves = self._greedy(trace, finals)
            return Alignment(_cost(moves), worst, False, moves)
        end = int(finals[self._ready[-1][finals].argmin()])
        return Alignment(int(self._ready[-1][end]) // _MODEL, worst, True, self._moves(end))

    def _advance(self, trace: Sequence[int], deadline: float) -> bool:
        """Compute the costs along the trace; return whether there was time for it."""
        kept = _common(self._trace, trace)
        del self._trace[kept:], self._arrived[kept + 1 :], self._ready[kept + 1 :]
        for number, symbol in enumerate(trace[kept:]):
            if number % _CLOCK_EVERY == 0 and time.monotonic() > deadline:
                return False
            before = self._ready[-1]
            arrived = before + _LOG
            ways = self._seen_on.get(symbol)
            if ways is not None:
                np.minimum.at(arrived, ways[1], before[ways[0]])
            self._trace.append(symbol)
            self._arrived.append(arrived)
            self._ready.append(arrived if ways is None else self._moved_on(arrived))
        return True

    def _moved_on(self, costs: Costs) -> Costs:
        moved: Costs = (costs[:, None] + self._between).min(axis=0)
        return moved

    def _moves(self, end: int) -> tuple[Move, ...]:
        """Walk back along the least costs."""
        state, backwards = end, list[Move]()
        for place in range(len(self._trace) - 1, -2, -1):
            arrived = self._arrived[place + 1]
            reached = int((arrived + self._between[:, state]).argmin())
            backwards += self._model_moves(reached, state)[::-1]
            state = reached
            if place >= 0:
                state, move = self._last_move(place, state)
                backwards.append(move)
        return tuple(reversed(backwards))

    def _last_move(self, place: int, state: int) -> tuple[int, Move]:
        """Return how the event at `place` was taken, and the state before it; both together rather than the log."""
        symbol, before = self._trace[place], self._ready[place]
        cost = self._arrived[place + 1][state]
        sources, targets = self._seen_on.get(symbol, (np.empty(0, np.intp), np.empty(0, np.intp)))
        for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
            if target == state and before[source] == cost:
                return source, Move(MoveKind.BOTH, symbol, place)
        return state, Move(MoveKind.LOG, symbol, place)

    def _model_moves(self, source: int, target: int) -> list[Move]:
        """Return the visible moves of the model on a shortest way between two states."""
        found = list[Move]()
        ways = self._paths.get(source)
        if ways is None:
            ways = self._paths[source] = self._ways_from(source)
        while target != source:
            edge = ways[target]
            assert edge is not None, "asked for states between which there is a way"
            if edge.symbol is not None:
                found.append(Move(MoveKind.MODEL, edge.symbol, None))
            target = edge.source
        return found[::-1]

    def _ways_from(self, source: int) -> list[Edge | None]:
        """Return the last edge of a shortest way to every state: a search that takes silent edges first."""
        last: list[Edge | None] = [None] * self._automaton.states
        cost = [_NEVER] * self._automaton.states
        cost[source] = 0
        waiting = deque([source])
        while waiting:
            state = waiting.popleft()
            for edge in self._leaving[state]:
                reached = cost[state] + _MODEL * (edge.symbol is not None)
                if reached < cost[edge.target]:
                    cost[edge.target], last[edge.target] = reached, edge
                    (waiting.appendleft if edge.symbol is None else waiting.append)(edge.target)
        return last

    def _greedy(self, trace: Sequence[int], finals: npt.NDArray[np.intp]) -> tuple[Move, ...]:
        """Replay without looking ahead: take an event at the nearest place, where that costs less than leaving it."""
        state, moves = 0, list[Move]()
        for place, symbol in enumerate(trace):
            sources, targets = self._seen_on.get(symbol, (np.empty(0, np.intp), np.empty(0, np.intp)))
            ahead = self._between[state, sources]
            if not len(ahead) or ahead.min() > _MODEL:
                moves.append(Move(MoveKind.LOG, symbol, place))
                continue
            nearest = int(ahead.argmin())
            moves += [*self._model_moves(state, int(sources[nearest])), Move(MoveKind.BOTH, symbol, place)]
            state = int(targets[nearest])
        end = int(finals[self._between[state, finals].argmin()])
        return (*moves, *self._model_moves(state, end))


def _common(before: Sequence[int], trace: Sequence[int]) -> int:
    pairs = enumerate(zip(before, trace, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(trace)))


def _cost(moves: Sequence[Move]) -> int:
    return sum(move.kind is not MoveKind.BOTH for move in moves)


def _distances(automaton: Automaton) -> Costs:
    """Return the least cost of moves of the model from each state (row) to each (column)."""
    between = np.full((automaton.states, automaton.states), _NEVER, np.int64)
    np.fill_diagonal(between, 0)
    for edge in automaton.edges:
        if edge.only_seen:
            continue
        visible = _MODEL * (edge.symbol is not None)
        between[edge.source, edge.target] = min(between[edge.source, edge.target], visible)
    for middle in range(automaton.states):  # Floyd and Warshall
        np.minimum(between, between[:, middle, None] + between[None, middle, :], out=between)
    return between


def _by_symbol(edges: Sequence[Edge]) -> dict[int, tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    found: dict[int, list[Edge]] = {}
    for edge in edges:
        if edge.symbol is not None:
            found.setdefault(edge.symbol, []).append(edge)
    return {
        symbol: (np.array([one.source for one in own], np.intp), np.array([one.target for one in own], np.intp))
        for symbol, own in found.items()
    }
