"""Alignments cost what pm4py says they cost: on the permit log, and on random models and traces."""

import random
from collections import Counter
from datetime import date

import pytest

from ingest.sources import open_log
from mining.conformance.alignment import Aligner, MoveKind
from mining.conformance.approved import ApprovedModel, ApprovedProcess, ApprovedStep, approved_model
from mining.conformance.automaton import Automaton, Edge
from mining.conformance.rules import ModelRules, Sign
from mining.models.pnml import state_machine_pnml
from real_logs import ask_pm4py, real_log

Trace = tuple[int, ...]


def approved(*steps: tuple[str, float], left_out: frozenset[str] = frozenset()) -> ApprovedModel:
    """A model of steps given as (number, hours)."""
    table = tuple(ApprovedStep(place, number, "work", hours) for place, (number, hours) in enumerate(steps, 1))
    process = ApprovedProcess("process:1", "1.000001", "1", "1/QD", date(2025, 1, 1), table)
    return approved_model(process, ModelRules(left_out))


def names_of(automaton: Automaton) -> dict[int, str]:
    return {edge.symbol: f"s{edge.symbol}" for edge in automaton.edges if edge.symbol is not None}


def pm4py_costs(asked: list[tuple[Automaton, list[Trace]]]) -> list[list[int]]:
    """Ask pm4py; a symbol that a model does not have is a name that its net does not have."""
    question = [
        {
            "pnml": state_machine_pnml(automaton, names_of(automaton)),
            "never": sorted({f"s{edge.symbol}" for edge in automaton.edges if edge.only_seen}),
            "traces": [[f"s{symbol}" for symbol in trace] for trace in traces],
        }
        for automaton, traces in asked
    ]
    found: list[list[int]] = ask_pm4py("pm4py_alignments.py", asked=question)["costs"]
    return found


def our_costs(automaton: Automaton, traces: list[Trace]) -> list[int]:
    """Align, and check what must hold of any alignment."""
    aligner, costs = Aligner(automaton), []
    for trace in traces:
        found = aligner.align(trace)
        assert found.exact
        assert found.cost == sum(move.kind is not MoveKind.BOTH for move in found.moves) <= found.worst_cost
        seen = [(move.place, move.symbol) for move in found.moves if move.kind is not MoveKind.MODEL]
        assert seen == list(enumerate(trace))
        run = [move.symbol for move in found.moves if move.kind is not MoveKind.LOG]
        assert runs(automaton, run)
        costs.append(found.cost)
    return costs


def runs(automaton: Automaton, run: list[int]) -> bool:
    """Whether a model can show exactly this, by playing it."""
    at = closed(automaton, {0})
    for symbol in run:
        at = closed(automaton, {edge.target for edge in automaton.edges if edge.source in at and edge.symbol == symbol})
    return bool(at & automaton.finals)


def closed(automaton: Automaton, states: set[int]) -> set[int]:
    while True:
        more = {edge.target for edge in automaton.edges if edge.source in states and edge.symbol is None} - states
        if not more:
            return states
        states = states | more


def random_model(chance: random.Random) -> Automaton:
    """A table of steps, some without hours, some with a number that occurs twice; or any state machine."""
    if chance.random() < 0.7:
        numbers = [chance.choice("ABCDEFG") if chance.random() < 0.2 else f"B{place}" for place in range(6)]
        steps = [(number, chance.choice((0.0, 4.0, 8.0))) for number in numbers[: chance.randint(1, 6)]]
        left_out = frozenset(key for key in ("no_hours", "again") if chance.random() < 0.3)
        return approved(*steps, left_out=left_out).automaton
    states = chance.randint(2, 6)
    edges = [Edge(state, state + 1, chance.choice((None, 1, 2, 3))) for state in range(states - 1)]
    ends = [(chance.randrange(states), chance.randrange(states)) for _ in range(states)]
    edges += [Edge(source, target, chance.choice((None, 1, 2, 3, 4))) for source, target in ends]
    return Automaton(states, tuple(edges), frozenset({states - 1}))


def random_trace(chance: random.Random, automaton: Automaton) -> Trace:
    symbols = sorted({edge.symbol for edge in automaton.edges if edge.symbol is not None}) or [1]
    return tuple(chance.choice([*symbols, *symbols, Sign.UNKNOWN]) for _ in range(chance.randint(0, 9)))


def test_on_random_models_and_traces() -> None:
    chance = random.Random(6)
    asked = []
    for _ in range(120):
        automaton = random_model(chance)
        asked.append((automaton, [random_trace(chance, automaton) for _ in range(8)]))
    ours = [our_costs(automaton, traces) for automaton, traces in asked]
    assert ours == pm4py_costs(asked)
    assert len({cost for costs in ours for cost in costs}) > 6


@pytest.fixture(scope="module")
def permits() -> Counter[tuple[str, ...]]:
    """The variants of the permit log, by name."""
    dossiers: dict[str, list[tuple[object, int, str]]] = {}
    for batch in open_log(real_log("bpic15_1.xes.gz")).batches():
        for row in batch.events.select(["dossier", "occurred_at", "sequence", "activity"]).to_pylist():
            dossiers.setdefault(row["dossier"], []).append((row["occurred_at"], row["sequence"], row["activity"]))
    return Counter(tuple(activity for _, _, activity in sorted(events)) for events in dossiers.values())


def test_on_the_permit_log_variant_by_variant(permits: Counter[tuple[str, ...]]) -> None:
    assert (sum(permits.values()), len(permits)) == (1_199, 1_170)
    present = Counter(activity for variant, count in permits.items() for activity in set(variant) for _ in range(count))
    usual = [activity for activity, _ in present.most_common(6)]
    first = {activity: [one.index(activity) for one in permits if activity in one] for activity in usual}
    usual.sort(key=lambda activity: (sum(first[activity]) / len(first[activity]), activity))
    model = approved(*((name, 0.0 if place % 5 == 4 else 8.0) for place, name in enumerate(usual)))
    number = {name: place for place, name in enumerate(usual, 1)}
    traces = sorted({tuple(number.get(activity, Sign.UNKNOWN) for activity in variant) for variant in permits})
    assert len(traces) > 700
    without_ends = model.shape.automaton(ends=False)
    ours = our_costs(without_ends, traces)
    assert our_costs(model.automaton, traces) == ours
    theirs = [pm4py_costs([(without_ends, traces[first : first + 200])])[0] for first in range(0, len(traces), 200)]
    assert ours == [cost for portion in theirs for cost in portion]
    assert min(ours) < 20 < max(ours)
