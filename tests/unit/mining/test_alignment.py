"""Alignments of drawn traces with approved steps: one letter is one step."""

from datetime import date

import pytest

from mining.conformance import ConformanceError
from mining.conformance.alignment import Aligner, Alignment, MoveKind
from mining.conformance.approved import ApprovedModel, ApprovedProcess, ApprovedStep, Shape, approved_model
from mining.conformance.automaton import Automaton, Edge
from mining.conformance.rules import ModelRules, Sign

LETTERS = {"r": Sign.REOPEN, "a": Sign.ASIDE, "e": Sign.END, "?": Sign.UNKNOWN}


def model(steps: str, left_out: frozenset[str] = frozenset()) -> ApprovedModel:
    """A model of steps of one capital letter; in lower case one without hours, which may be missing."""
    table = tuple(
        ApprovedStep(place, letter.upper(), "work", 0.0 if letter.islower() else 4.0)
        for place, letter in enumerate(steps, 1)
    )
    process = ApprovedProcess("process:1", "1.000001", "1", "1/QD", date(2025, 1, 1), table)
    return approved_model(process, ModelRules(left_out))


def aligned(steps: str, trace: str, **more: object) -> Alignment:
    found = model(steps)
    numbers = {step.number: symbol for step, symbol in zip(found.process.steps, found.symbols, strict=True)}
    symbols = [LETTERS.get(letter, numbers.get(letter, Sign.UNKNOWN)) for letter in trace]
    return Aligner(found.automaton).align(symbols, **more)  # type: ignore[arg-type]


def drawn(found: Alignment) -> str:
    """Draw the moves: `1` both, `+1` the log alone, `-1` the model alone."""
    signs = {MoveKind.BOTH: "", MoveKind.LOG: "+", MoveKind.MODEL: "-"}
    return " ".join(f"{signs[move.kind]}{move.symbol}" for move in found.moves)


@pytest.mark.parametrize(
    ("steps", "trace", "moves"),
    [
        ("ABC", "ABC", "1 2 3"),
        ("ABC", "AC", "1 -2 3"),
        ("ABC", "A?BC", "1 +-9 2 3"),
        ("ABc", "AB", "1 2"),
        ("ABC", "AABBBC", "1 1 2 2 2 3"),
        ("ABC", "ABrABC", "1 2 -1 1 2 3"),
        ("ABC", "ABrBC", "1 2 -1 2 3"),
        ("ABC", "ArrrBC", "1 -1 -1 -1 2 3"),
        ("ABC", "aAaBaC", "-2 1 -2 2 -2 3"),
        ("ABC", "", "-1 -2 -3"),
        ("ABC", "A", "1 -2 -3"),
        ("ABC", "Ae", "1 -3"),
        ("ABCD", "AeD", "1 -3 4"),
        ("ABCD", "ACeD", "1 -2 3 -3 4"),
        ("ABC", "ABeraABC", "1 2 -3 -1 -2 1 2 3"),
        ("ABA", "ABA", "1 2 1"),
        ("ABA", "AB", "1 2 -1"),
        ("ABCDE", "ABCDABCDE", "1 2 3 4 --1 1 2 3 4 5"),
    ],
)
def test_what_is_allowed_and_what_is_not(steps: str, trace: str, moves: str) -> None:
    assert drawn(aligned(steps, trace)) == moves


def test_two_steps_in_the_wrong_order_cost_two() -> None:
    found = aligned("ABCD", "ACBD")
    assert (found.cost, found.worst_cost, found.fitness) == (2, 8, 0.75)
    assert drawn(found) in ("1 -2 3 +2 4", "1 +3 2 -3 4", "1 +3 2 3 4")


@pytest.mark.parametrize(("trace", "cost"), [("", 0), ("A", 0), ("AB", 0), ("B", 1), ("Ar", 0), ("A?", 1)])
def test_what_goes_on_has_skipped_nothing_that_is_still_to_come(trace: str, cost: int) -> None:
    assert aligned("ABC", trace, complete=False).cost == cost


@pytest.mark.parametrize(
    ("left_out", "steps", "trace", "cost"), [("no_hours", "Ab", "A", 1), ("again", "AB", "AAB", 1)]
)
def test_rules_can_be_left_out(left_out: str, steps: str, trace: str, cost: int) -> None:
    found = model(steps, frozenset({left_out}))
    assert Aligner(found.automaton).align([ord(letter) - ord("A") + 1 for letter in trace]).cost == cost


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(ConformanceError, match="no rule 'nonsense'"):
        ModelRules(frozenset({"nonsense"}))
    with pytest.raises(ConformanceError, match="no rule 'order'"):
        ModelRules(frozenset({"order"}))


def test_a_trace_of_500_activities_is_aligned_at_once() -> None:
    found = aligned("ABCDEFGH", "ABC?H" * 100)
    assert found.exact
    assert found.cost > 200
    assert len([move for move in found.moves if move.kind is not MoveKind.MODEL]) == 500


def test_past_the_time_limit_the_answer_is_labelled_and_never_too_good() -> None:
    exact, hurried = aligned("ABCDE", "AC?BDEAB" * 20), aligned("ABCDE", "AC?BDEAB" * 20, limit_seconds=-1.0)
    assert (exact.exact, hurried.exact) == (True, False)
    assert exact.worst_cost == hurried.worst_cost
    assert exact.cost <= hurried.cost <= hurried.worst_cost
    assert hurried.cost == sum(move.kind is not MoveKind.BOTH for move in hurried.moves)


def test_one_aligner_gives_the_same_as_a_new_one_for_each_trace() -> None:
    found = model("ABCD")
    shared = Aligner(found.automaton)
    traces = [(1, 2, 3, 4), (1, 2, 4), (1, 2), (), (1, 2, 4, 4), (3, 1)]
    assert [shared.align(one) for one in traces] == [Aligner(found.automaton).align(one) for one in traces]
    assert not shared.align((1, 2, 4, 3), limit_seconds=-1.0).exact
    assert shared.align((1, 2, 4, 3)) == Aligner(found.automaton).align((1, 2, 4, 3))


def test_a_version_without_steps_says_so() -> None:
    with pytest.raises(ConformanceError, match=r"version 1 of 1\.000001 has no steps"):
        model("")


def test_a_table_of_very_many_steps_is_refused() -> None:
    with pytest.raises(ConformanceError, match="201 steps; at most 200"):
        model("A" * 201)


def test_a_table_says_what_is_odd_in_it() -> None:
    assert model("ABAB").remarks == (
        "the step number A is given more than once: each is to be done",
        "the step number B is given more than once: each is to be done",
    )
    assert model("ab").remarks == ("no step has any hours: each of them may be missing",)
    assert model("ABC").remarks == ()


def test_equal_tables_have_one_shape_whatever_their_names() -> None:
    assert model("ABc").shape == model("XYz").shape
    assert len({model(steps).shape.key for steps in ("ABc", "ABC", "ABA", "AB")}) == 4


def test_an_end_that_cannot_be_reached_is_refused() -> None:
    with pytest.raises(ConformanceError, match="cannot be reached"):
        Automaton(3, (Edge(0, 1, 1), Edge(2, 1, 2)), frozenset({2}))
    with pytest.raises(ConformanceError, match="from or to another one"):
        Automaton(2, (Edge(0, 5, 1),), frozenset({0}))


def test_steps_that_no_run_can_show_are_named_and_do_not_matter() -> None:
    islands = Automaton(5, (Edge(0, 1, 1), Edge(1, 1, None), Edge(0, 3, 7), Edge(4, 1, 8)), frozenset({1}))
    assert islands.unreachable_symbols() == {7, 8}
    assert Aligner(islands).align((8, 1)).cost == 1


def test_silent_loops_end() -> None:
    turning = Automaton(3, (Edge(0, 1, None), Edge(1, 0, None), Edge(1, 2, 1), Edge(2, 1, None)), frozenset({2}))
    assert drawn(Aligner(turning).align((2,))) in ("+2 -1", "-1 +2")


@pytest.mark.parametrize("repeats", [True, False])
def test_a_shape_can_be_had_again_from_its_key(repeats: bool) -> None:
    shape = Shape((1, 2, 1, 4), (False, True, False, True), repeats)
    assert Shape.of_key(shape.key) == shape
