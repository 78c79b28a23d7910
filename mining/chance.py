"""What chance alone would give: tails of counts, and how many of many tests may be false."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def binomial_tail(found: Counts, tried: Counts, chance: Numbers | float) -> Numbers:
    """Return the probabilities of at least `found` among `tried` where each has this chance."""
    return np.asarray(stats.binom.sf(found - 1, tried, chance), np.float64)


def count_tail(found: Counts, expected: Numbers, variance: Numbers) -> Numbers:
    """Return the probabilities of at least `found` where counts have this mean and variance.

    Poisson where the variance is not above the mean, else negative binomial with the same two moments. Nothing
    expected and nothing found has probability 1.
    """
    mean, spread = np.maximum(expected, 1e-12), np.maximum(variance, expected)
    wide = spread > mean * (1 + 1e-9)
    size = np.where(wide, mean**2 / np.where(wide, spread - mean, 1.0), 1.0)
    clustered = stats.nbinom.sf(found - 1, size, size / (size + mean))
    return np.asarray(np.where(wide, clustered, stats.poisson.sf(found - 1, mean)), np.float64)


def false_discovery(chances: Numbers) -> Numbers:
    """Return the q-values: the share of false findings if all with such a value or a smaller one are taken as found.

    Benjamini and Hochberg, "Controlling the false discovery rate", 1995.
    """
    if not len(chances):
        return chances
    return np.asarray(stats.false_discovery_control(chances), np.float64)


def dispersion(counts: Numbers, means: Numbers, spare: int) -> float:
    """Return how many times wider than Poisson the counts spread: Pearson's statistic over its degrees of freedom.

    `spare` is how many means were estimated from the counts; at least 1 is returned.
    """
    known = means > 0
    degrees = int(known.sum()) - spare
    if degrees <= 0:
        return 1.0
    return max(1.0, float(((counts[known] - means[known]) ** 2 / means[known]).sum() / degrees))


def codes_of(column: Any) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return a column of texts as numbers and what they stand for; null is one of the values."""
    coded = column.combine_chunks().dictionary_encode("encode")
    return np.asarray(coded.indices).astype(np.int64), coded.dictionary.to_pylist()
