"""Drawing numbers for a city: a stream of chance per topic, so that one change does not shift everything else."""

import math
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from simulation.scenario_values import Span

T = TypeVar("T")


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the stream of chance of a topic; the same seed and topic give the same numbers, on any machine."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])


def within(span: Span, rng: np.random.Generator) -> float:
    """Return a number from a span, each equally likely."""
    return float(span.low + (span.high - span.low) * rng.random())


def chosen(options: Sequence[T], weights: Sequence[float], rng: np.random.Generator) -> T:
    """Return one of the options with a chance in proportion to its weight."""
    shares = np.asarray(weights, float)
    return options[int(rng.choice(len(options), p=shares / shares.sum()))]


def zipf(count: int, exponent: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return `count` shares in proportion to 1 / rank ** exponent."""
    shares = 1.0 / np.arange(1, count + 1) ** exponent
    return np.asarray(shares / shares.sum())


def lognormal_mean(median: float, sigma: float) -> float:
    """Return the mean of a lognormal distribution: median * exp(sigma^2 / 2)."""
    return median * math.exp(sigma * sigma / 2)


def apportioned(total: int, weights: Sequence[float], most: Sequence[int]) -> list[int]:
    """Divide `total` by weights into whole numbers, none above its `most` (largest remainders, Hare's quota)."""
    counts = [0] * len(weights)
    open_ones = [index for index, weight in enumerate(weights) if weight > 0 and most[index] > 0]
    while (left := total - sum(counts)) > 0 and open_ones:
        whole = sum(weights[index] for index in open_ones)
        exact = {index: min(weights[index] / whole * left, most[index] - counts[index]) for index in open_ones}
        for index in open_ones:
            counts[index] += int(exact[index])
        rest = total - sum(counts)
        if rest < len(open_ones):
            by_remainder = sorted(open_ones, key=lambda index: (int(exact[index]) - exact[index], index))
            for index in [one for one in by_remainder if counts[one] < most[one]][:rest]:
                counts[index] += 1
        open_ones = [index for index in open_ones if counts[index] < most[index]]
    return counts


def quota(candidates: Sequence[int], share: float, rng: np.random.Generator) -> frozenset[int]:
    """Return a share of the candidates by chance, rounded up: a share above 0 of some is never none."""
    count = math.ceil(share * len(candidates) - 1e-9)
    return frozenset(rng.permutation(np.asarray(candidates, int))[:count].tolist())
