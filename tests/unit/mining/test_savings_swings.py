"""How much groups swing, estimated from drawn swings whose spread is known."""

import numpy as np
import numpy.typing as npt
import pytest

from mining.savings.swings import Spread, Swing, penalty

GROUPS, WINDOWS = 60, 13
NOBODY = np.empty(0, np.int64)
SWING = Swing(NOBODY, NOBODY, GROUPS, WINDOWS)


def drawn(deviation: float, correlation: float, seed: int) -> npt.NDArray[np.float64]:
    """Draw swings as a plain walk: a part of the last one stays, and something new comes to it."""
    dice = np.random.default_rng(seed)
    found = np.zeros((GROUPS, WINDOWS))
    found[:, 0] = dice.normal(0, deviation, GROUPS)
    for window in range(1, WINDOWS):
        new = dice.normal(0, deviation * np.sqrt(1 - correlation**2), GROUPS)
        found[:, window] = correlation * found[:, window - 1] + new
    return found


@pytest.mark.parametrize(("deviation", "correlation"), [(0.2, 0.0), (0.2, 0.7), (0.045, 0.5), (0.02, 0.0)])
def test_the_spread_is_found_in_what_is_seen_with_noise(deviation: float, correlation: float) -> None:
    noise = 0.02
    seen = drawn(deviation, correlation, 1) + np.random.default_rng(2).normal(0, noise, (GROUPS, WINDOWS))
    spread = Spread.of(seen.ravel(), np.full(SWING.size, noise**2), SWING)
    assert np.sqrt(spread.variance.mean()) == pytest.approx(deviation, rel=0.3)
    assert spread.correlation == pytest.approx(correlation, abs=0.2)


def test_noise_alone_is_no_swing() -> None:
    seen = np.random.default_rng(3).normal(0, 0.05, SWING.size)
    spread = Spread.of(seen, np.full(SWING.size, 0.05**2), SWING)
    assert np.sqrt(spread.variance.max()) < 0.02


def test_one_group_that_swings_is_told_from_the_others() -> None:
    seen = np.random.default_rng(4).normal(0, 0.02, (GROUPS, WINDOWS))
    seen[7] += drawn(0.3, 0.5, 5)[7]
    spread = Spread.of(seen.ravel(), np.full(SWING.size, 0.02**2), SWING)
    assert spread.variance[7] > 20 * np.delete(spread.variance, 7).max()


def test_a_group_that_only_has_another_level_does_not_swing() -> None:
    seen = np.random.default_rng(6).normal(0, 0.02, (GROUPS, WINDOWS))
    seen[3] += 0.8
    spread = Spread.of(seen.ravel(), np.full(SWING.size, 0.02**2), SWING)
    assert np.sqrt(spread.variance[3]) < 0.02


def test_windows_without_dossiers_say_nothing() -> None:
    seen, noise = drawn(0.2, 0.5, 8), np.full((GROUPS, WINDOWS), 1e-4)
    cut = seen.copy()
    cut[:, 9:], noise[:, 9:] = 99.0, np.inf
    spread = Spread.of(cut.ravel(), noise.ravel(), SWING)
    whole = Spread.of(seen.ravel(), np.full(SWING.size, 1e-4), SWING)
    assert spread.variance.mean() == pytest.approx(whole.variance.mean(), rel=0.3)


def test_without_groups_there_is_nothing_to_estimate() -> None:
    none = Swing(NOBODY, NOBODY, 0, WINDOWS)
    assert Spread.of(np.empty(0), np.empty(0), none).variance.size == 0


def test_what_is_drawn_has_the_covariance_whose_inverse_is_the_penalty() -> None:
    small = Swing(NOBODY, NOBODY, 2, 3)
    spread = Spread(np.array([0.04, 0.01]), 0.7)
    values = spread.drawn(np.random.default_rng(9), small, 200_000)
    expected = np.linalg.inv(penalty(spread, small, np.ones(2)))
    found = np.cov(values)
    assert found[:3, :3] == pytest.approx(expected[0], abs=0.001)
    assert found[3:, 3:] == pytest.approx(expected[1], abs=0.001)
    assert found[:3, 3:] == pytest.approx(np.zeros((3, 3)), abs=0.001)


def test_the_penalty_grows_with_the_dispersion_of_the_hours() -> None:
    small = Swing(NOBODY, NOBODY, 2, 3)
    spread = Spread(np.array([0.04, 0.01]), 0.7)
    one, twice = (penalty(spread, small, np.array([by, 1.0])) for by in (1.0, 2.0))
    assert twice[0] == pytest.approx(2 * one[0])
    assert twice[1] == pytest.approx(one[1])
