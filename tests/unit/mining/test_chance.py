"""Tails of counts by hand, and how many of many tests may be false."""

import numpy as np
import pyarrow as pa
import pytest

from mining.chance import binomial_tail, codes_of, count_tail, dispersion, false_discovery


def test_tails() -> None:
    assert binomial_tail(np.array([0, 1, 2]), np.array([2, 2, 2]), 0.5).tolist() == [1.0, 0.75, 0.25]
    nothing = count_tail(np.array([0]), np.array([0.0]), np.array([0.0]))
    assert nothing.tolist() == [1.0]
    poisson, wide = count_tail(np.array([10, 10]), np.array([4.0, 4.0]), np.array([4.0, 12.0]))
    assert poisson == pytest.approx(0.008132, abs=1e-6)
    assert wide > 5 * poisson
    # Benjamini and Hochberg: the smallest of n sorted values times n over its rank, from the right
    assert false_discovery(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert false_discovery(np.array([])).tolist() == []
    assert dispersion(np.array([5.0, 5.0]), np.array([5.0, 5.0]), 1) == 1.0
    assert dispersion(np.array([0.0, 10.0]), np.array([5.0, 5.0]), 1) == 10.0


def test_codes_of_a_column() -> None:
    codes, names = codes_of(pa.chunked_array([["b", None], ["b", "a"]]))
    assert (codes.tolist(), names) == ([0, 1, 0, 2], ["b", None, "a"])
    assert codes_of(pa.chunked_array([], pa.string()))[1] == []
