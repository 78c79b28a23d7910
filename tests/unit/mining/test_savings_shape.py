"""The mean beyond what an open dossier has taken, against a reference that can be read in a minute."""

import numpy as np
import numpy.typing as npt
import pytest

from mining.savings.shape import Shape

Floats = npt.NDArray[np.float64]


def naive(ratio: Floats, finished: npt.NDArray[np.bool_], beyond: float) -> float:
    """Redistribute the mass of each open time to the right (Efron 1967), then take the mean of what is longer."""
    order = sorted(range(len(ratio)), key=lambda place: (ratio[place], not finished[place]))
    mass = dict.fromkeys(order, 1 / len(order))
    for number, place in enumerate(order[:-1]):
        if not finished[place]:
            later = order[number + 1 :]
            for other in later:
                mass[other] += mass[place] / len(later)
            mass[place] = 0.0
    mean = sum(mass[place] * ratio[place] for place in order)
    longer = [place for place in order if ratio[place] > beyond * mean]
    left = sum(mass[place] for place in longer)
    found = sum(mass[place] * ratio[place] for place in longer) / left / mean if left else beyond
    return min(max(found, beyond), beyond + 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_the_naive_reference(seed: int) -> None:
    dice = np.random.default_rng(seed)
    ratio, finished = dice.lognormal(0, 0.6, 40), dice.random(40) < 0.7
    shape = Shape.of(ratio, finished, np.zeros(40, np.int64), 1)
    asked = np.linspace(0.01, 4, 30)
    found = shape.mean_beyond(asked, np.zeros(30, np.int64))
    assert found == pytest.approx([naive(ratio, finished, one) for one in asked.tolist()])


def test_groups_do_not_mix() -> None:
    dice = np.random.default_rng(1)
    first, second = dice.lognormal(0, 0.2, 50), dice.lognormal(0, 1.0, 50)
    group = np.repeat([0, 1], 50)
    both = Shape.of(np.concatenate([first, second]), np.ones(100, np.bool_), group, 3)
    asked = np.full(2, 1.5)
    found = both.mean_beyond(asked, np.array([0, 1]))
    alone = [
        Shape.of(one, np.ones(50, np.bool_), np.zeros(50, np.int64), 1).mean_beyond(asked[:1], np.zeros(1, np.int64))[0]
        for one in (first, second)
    ]
    assert found.tolist() == pytest.approx(alone)
    assert both.mean_beyond(np.array([0.5, 2.0]), np.array([2, 2])).tolist() == [1.0, 2.0]
