"""The quality of discovered models: what fits has fitness 1, what allows too much is not precise."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mining.models.discovery import Discovery, DiscoveryError
from mining.models.pm4py_worker import quality, start_worker
from mining.models.tree import Node, Operator
from mining.paths.variants import Variant, Variants
from mining.workers import Workers


def log(frequencies: dict[str, int]) -> Variants:
    """Variants of activities of one letter."""
    total = sum(frequencies.values())
    found = tuple(Variant(tuple(word), frequency, frequency / total) for word, frequency in frequencies.items())
    return Variants(total, len(found), found)


def letters(operator: Operator, word: str) -> Node:
    return Node(operator, children=tuple(Node(activity=letter) for letter in word))


SIMPLE = log({"abd": 90, "acd": 9, "abcd": 1})


@pytest.fixture(scope="module")
def discovery() -> Iterator[Discovery]:
    running = Discovery()
    yield running
    running.close()


def test_a_model_of_every_variant_fits_and_a_simpler_one_less(discovery: Discovery) -> None:
    whole = discovery.quality(discovery.model(SIMPLE, noise=0), SIMPLE)
    assert (whole.fitness, whole.dossiers, whole.inexact_dossiers) == (1.0, 100, 0)
    assert 0.5 < whole.precision <= 1
    assert 0.5 < whole.simplicity <= 1


def test_fitness_is_one_minus_the_cost_of_alignments_by_the_worst(discovery: Discovery) -> None:
    model = replace(discovery.model(SIMPLE, noise=0), root=letters(Operator.SEQUENCE, "abd"))
    found = discovery.quality(model, SIMPLE)
    assert found.fitness == pytest.approx(1 - (9 * 2 + 1) / (90 * 6 + 9 * 6 + 7))
    assert 0.9 < found.precision < 1  # after 'a' and the unknown 'c' it expects 'b'


def test_a_model_that_allows_any_order_is_not_precise(discovery: Discovery) -> None:
    one_way = log({"abcd": 10})
    model = discovery.model(one_way, noise=0)
    loose = replace(model, root=letters(Operator.PARALLEL, "abcd"))
    assert discovery.quality(model, one_way).precision == 1.0
    assert discovery.quality(loose, one_way).precision == pytest.approx(4 / 10)
    assert discovery.quality(loose, one_way).fitness == 1.0


def test_what_is_not_aligned_in_time_counts_as_not_fitting_and_is_counted() -> None:
    workers = Workers(start_worker)
    try:
        asked = ([((0, 1, 2), 5), ((0, 2), 1)], ("->", [0, 1, 2]), 0.0)
        fitness, precision, simplicity, inexact = workers.run(quality, asked, timeout_seconds=60)
    finally:
        workers.close()
    assert (fitness, inexact) == (0.0, 6)
    assert (precision, simplicity) == (1.0, 1.0)


def test_without_dossiers_there_is_nothing_to_measure(discovery: Discovery) -> None:
    with pytest.raises(DiscoveryError, match="nothing to measure"):
        discovery.quality(discovery.model(SIMPLE), Variants(0, 0, ()))
