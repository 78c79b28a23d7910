"""Ranges of numbered cells: the least value laid over each cell, and sums over a range of what is small enough.

Both take n log n steps of NumPy, whatever the ranges: none of them is ever spelled out cell by cell.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST = np.iinfo(np.int64).max


def least_over(first: Ints, end: Ints, values: Ints, cells: int) -> Ints:
    """Return for each of so many cells the least of the values whose range [first, end) covers it, else MOST.

    A range is covered by two, of a power of two cells, that overlap; a range of 2k cells hands its value down to its
    two halves. So there is one pass for each power of two up to the longest range.
    """
    least = np.full(cells, MOST, np.int64)
    kept = np.flatnonzero(end > first)
    if not len(kept):
        return least
    power = np.frexp((end[kept] - first[kept]).astype(np.float64))[1] - 1
    for level in range(int(power.max()), -1, -1):
        if level < power.max():
            half = 1 << level
            np.minimum(least[half:], least[:-half].copy(), out=least[half:])
        own = kept[power == level]
        np.minimum.at(least, first[own], values[own])
        np.minimum.at(least, end[own] - (1 << level), values[own])
    return least


def sums_at_most(values: Ints, weights: tuple[Ints, ...], first: Ints, end: Ints, limit: Ints) -> tuple[Ints, ...]:
    """Return, for each weight, its sum over the cells of [first, end) whose value is at most the limit, for each range.

    A wavelet matrix (Claude and Navarro, 2012): the cells are split by one bit of the rank of their value at a time,
    and every range follows its limit down, adding up what falls below it.
    """
    found = tuple(np.zeros(len(first), np.int64) for _ in weights)
    asked = np.flatnonzero(end > first)
    if not len(asked):
        return found
    known, ranks = np.unique(values, return_inverse=True)
    below = np.searchsorted(known, limit[asked], "right")
    first, end = first[asked], end[asked]
    sums = [np.zeros(len(asked), np.int64) for _ in weights]
    for bit in range(len(known).bit_length() - 1, -1, -1):
        ones = (ranks >> bit) & 1 == 1
        order = np.concatenate((np.flatnonzero(~ones), np.flatnonzero(ones)))
        zeros = np.append(0, np.cumsum(~ones))
        ranks, weights = ranks[order], tuple(weight[order] for weight in weights)
        smaller_first, smaller_end = zeros[first], zeros[end]
        down = (below >> bit) & 1 == 1
        for total, weight in zip(sums, weights, strict=True):
            before = np.append(0, np.cumsum(weight))
            total[down] += before[smaller_end[down]] - before[smaller_first[down]]
        first = np.where(down, zeros[-1] + first - smaller_first, smaller_first)
        end = np.where(down, zeros[-1] + end - smaller_end, smaller_end)
    for total, part in zip(found, sums, strict=True):
        total[asked] = part
    return found


def last_at_most(values: Ints, first: Ints, end: Ints, limit: Ints) -> Ints:
    """Return the last cell of each range [first, end) with a value of at most the limit, else first - 1.

    The values must not fall within a range.
    """
    low, high = first.copy(), end.copy()
    while True:
        open_ = np.flatnonzero(low < high)
        if not len(open_):
            return low - 1
        middle = (low[open_] + high[open_]) // 2
        fits = values[middle] <= limit[open_]
        low[open_[fits]] = middle[fits] + 1
        high[open_[~fits]] = middle[~fits]
