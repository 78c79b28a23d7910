"""The alignment of one dossier: drawn ones move by move, and random ones beside what is kept of them all."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from compared_city import BASIS, City, random_log
from mining.conformance.findings import dossier_conformance
from mining.conformance.one_dossier import dossier_alignment


@pytest.fixture
def city(new_log: Any) -> Iterator[City]:
    made = City(new_log())
    yield made
    made.aligner.close()


def told(city: City, dossier: UUID) -> list[str]:
    """The moves in words."""
    found = dossier_alignment(city.cursor, dossier, "k", BASIS.rules)
    assert found is not None
    assert found.exact
    return [
        f"{one.kind} {one.number or (one.sign and one.sign.name)} {one.step.activity if one.step else '-'}"
        for one in found.moves
    ]


def test_what_was_skipped_stands_where_it_was_due_and_what_was_extra_where_it_was_done(
    city: City, identity: Any
) -> None:
    city.arrive("""
    A receive complete  10 procedure=P step=1 status=2
    A meeting complete  20 procedure=P
    A sign    complete  90 procedure=P step=3 status=9
    A return  complete 100 procedure=P step=4 status=10
    """)
    assert told(city, identity("A")) == [
        "both 1 receive",
        "log UNKNOWN meeting",
        "model 2 -",
        "both 3 sign",
        "both 4 return",
    ]


def test_what_the_clock_and_outcomes_say_are_moves_without_a_step(city: City, identity: Any) -> None:
    city.arrive("""
    A receive  complete 10 procedure=P step=1 status=2
    A appraise complete 20 procedure=P step=2
    A -        complete 40 procedure=P status=5
    A -        complete 50 procedure=P status=4
    A appraise complete 60 procedure=P step=2 outcome=refused
    A return   complete 70 procedure=P step=4 status=9
    """)
    assert told(city, identity("A")) == [
        "both 1 receive",
        "both 2 appraise",
        "both REOPEN -",
        "both 2 appraise",
        "both END -",
        "both 4 return",
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_moves_cost_what_is_kept(city: City, seed: int) -> None:
    city.arrive("\n".join(random_log(random.Random(seed), 60)))
    dossiers = [row[0] for row in city.cursor.execute("SELECT dossier FROM conformity").fetchall()]
    assert len(dossiers) > 30
    for dossier in dossiers:
        kept = dossier_conformance(city.cursor, dossier)
        found = dossier_alignment(city.cursor, dossier, "k", BASIS.rules)
        assert kept is not None
        assert found is not None
        kinds = Counter(one.kind.value for one in found.moves)
        assert kinds["log"] + kinds["model"] == kept.cost
        positions = [one.position for one in found.moves if one.position is not None]
        assert positions == list(range(1, len(positions) + 1))  # every step of the dossier, in its order


def test_nothing_is_aligned_that_is_not_there(city: City, identity: Any) -> None:
    city.arrive("A receive complete 10 procedure=P step=1 status=2")
    assert dossier_alignment(city.cursor, identity("Z"), "k") is None
    assert dossier_alignment(city.cursor, identity("A"), "no such process") is None
