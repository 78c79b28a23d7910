"""Levels of units: what is planted is found, chance is not called a difference, small units are shrunk."""

import numpy as np
import pytest

from mining.chance import false_discovery
from mining.units_compared.comparison import UnitsError, UnitsQuestion
from mining.units_compared.levels import Comparable, Levels, best_quartiles, levels


def made(dice: np.random.Generator, sizes: list[list[int]], ratios: dict[int, float], noise: float = 0.6) -> Comparable:
    """Dossiers of procedures by the sizes of their units; two lines each, of which the second takes twice as long."""
    procedure = np.repeat(np.arange(len(sizes)), [len(units) for units in sizes])
    counts = np.array([size for units in sizes for size in units])
    cell = np.repeat(np.arange(len(counts)), counts)
    online = dice.integers(0, 2, len(cell))
    factor = np.array([ratios.get(one, 1.0) for one in range(len(counts))])[cell]
    hours = np.log(factor) + np.log(2) * online + noise * dice.standard_normal(len(cell))
    return Comparable(hours, procedure[cell] * 2 + online, cell, np.arange(len(cell)), procedure)


def flagged(told: Levels) -> set[int]:
    from scipy import stats

    return set(np.flatnonzero(false_discovery(2 * stats.norm.sf(np.abs(told.z))) <= 0.05).tolist())


def test_a_planted_gap_is_found_and_the_mix_of_lines_is_not_taken_for_one() -> None:
    told = levels(made(np.random.default_rng(1), [[60, 80, 40, 70]] * 6, {5: 1.8}))
    assert flagged(told) == {5}
    assert np.exp(told.level[5]) == pytest.approx(1.8, rel=0.25)


def test_more_of_the_slow_line_does_not_make_a_unit_slow() -> None:
    dice = np.random.default_rng(3)
    cell = np.repeat([0, 1], 400)
    online = np.where(cell == 0, dice.random(800) < 0.9, dice.random(800) < 0.1).astype(np.int64)
    found = Comparable(
        1.2 * online + 0.3 * dice.standard_normal(800), online, cell, np.arange(800), np.zeros(2, np.int64)
    )
    assert np.abs(levels(found).level).max() < 0.12


def test_without_differences_chance_is_seldom_called_one() -> None:
    wrong = sum(
        bool(flagged(levels(made(np.random.default_rng(seed), [[30, 8, 50, 12]] * 8, {})))) for seed in range(60)
    )
    assert wrong <= 9


def test_what_hangs_together_in_weeks_widens_the_limits() -> None:
    dice = np.random.default_rng(2)
    alone = made(dice, [[100, 100]] * 5, {})
    together = alone.cell * 10 + np.arange(len(alone.cell)) % 10
    shocks = 0.8 * dice.standard_normal(100)
    shaken = Comparable(alone.log_hours + shocks[together], alone.line, alone.cell, together, alone.procedure)
    assert levels(shaken).variance.mean() > 5 * levels(alone).variance.mean()


def test_small_units_are_shrunk_more() -> None:
    told = levels(made(np.random.default_rng(4), [[400, 400, 400, 5]], {0: 1.5, 3: 2.5}))
    kept = np.abs(told.shrunk / np.where(told.level == 0, 1, told.level))
    assert kept[3] < kept[0]
    assert told.left[3] > told.left[0]
    assert told.between[0] > 0


def test_equal_units_are_shrunk_together() -> None:
    told = levels(made(np.random.default_rng(7), [[50] * 6], {}))
    assert np.ptp(told.shrunk) <= np.ptp(told.level)


def test_the_best_quartile_is_that_of_each_procedures_units() -> None:
    values = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [10.0]])
    found = best_quartiles(values, np.array([0, 0, 0, 0, 0, 1]))
    assert found.tolist() == [[1.0], [10.0]]


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnitsError, match="no measure"):
        UnitsQuestion(measure="moon")  # type: ignore[arg-type]
    with pytest.raises(UnitsError, match="100 or more draws"):
        UnitsQuestion(draws=3)


def test_best_quartiles_are_those_of_numpy_for_any_number_of_units() -> None:
    dice = np.random.default_rng(1)
    procedure = np.unique(dice.integers(0, 40, 300), return_inverse=True)[1]
    values = dice.normal(size=(300, 7))
    of_each = [np.quantile(values[procedure == one], 0.25, axis=0) for one in range(procedure.max() + 1)]
    assert best_quartiles(values, procedure) == pytest.approx(np.array(of_each))
