"""Where a long row of dossiers changes its mean: blocks of neighbours, and the best cuts between them.

The cuts are those of least squares with a penalty for each, found exactly by `ruptures` (Killick, Fearnhead and Eckley,
"Optimal detection of changepoints with a linear computational cost", 2012).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]

_MOST_BLOCKS = 200
_LEAST_IN_BLOCK = 10
_SHORTEST = 5
"""How many blocks there are between two cuts at least."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A change of the mean before row `place`, to within `width` rows, of the rows from `start` to before `end`.

    `p_value` is its probability by chance, however many places there were to cut.
    """

    start: int
    place: int
    end: int
    width: int
    p_value: float


def cuts(rows: Numbers, alarms: float) -> tuple[Cut, ...]:
    """Return where the mean of rows (in order, each with the same features) changes.

    `alarms` is how many false cuts are put up with on average where nothing changes. Fewer than 100 rows tell nothing.
    """
    size = max(_LEAST_IN_BLOCK, -(-len(rows) // _MOST_BLOCKS))
    count = len(rows) // size
    if count < 2 * _SHORTEST:
        return ()
    signal = _scaled(rows[: count * size].reshape(count, size, -1).mean(axis=1))
    if not signal.shape[1]:
        return ()
    ends = [0, *_best(signal, _penalty(count, signal.shape[1], alarms))]
    found = []
    for start, place, end in zip(ends, ends[1:], ends[2:], strict=False):
        gain = _gain(signal[start:end], place - start)
        chance = min(1.0, count * float(stats.chi2.sf(gain, signal.shape[1])))
        last = len(rows) if end == count else end * size
        found.append(Cut(start * size, place * size, last, size, chance))
    return tuple(found)


def independent(features: Numbers, most: int) -> Numbers:
    """Turn features that move together into at most so many that do not (principal components, variance 1)."""
    if not features.size:
        return features
    centred = features - features.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(features))
    kept = np.flatnonzero(values > 1e-3 * max(float(values.max()), 1e-9))[::-1][:most]
    return np.asarray(centred @ vectors[:, kept] / np.sqrt(values[kept]), np.float64)


def _scaled(blocks: Numbers) -> Numbers:
    """Give each feature variance 1 by its steps from block to block, of which a change of the mean is only one.

    No more robust a measure will do: what few dossiers do is 0 in most blocks, and would look as if it never varied.
    """
    spread = np.diff(blocks, axis=0).std(axis=0) / np.sqrt(2)
    known = spread > 1e-9
    return np.asarray(blocks[:, known] / spread[known], np.float64)


def _penalty(count: int, features: int, alarms: float) -> float:
    """What a cut must gain: a chi-square tail (Laurent and Massart, 2000) over all places."""
    level = float(np.log(count / alarms))
    return float(features + 2 * np.sqrt(features * level) + 2 * level)


def _best(signal: Numbers, penalty: float) -> list[int]:
    import ruptures  # loads slowly, and is needed here only

    found = ruptures.KernelCPD(kernel="linear", min_size=_SHORTEST).fit(signal).predict(pen=penalty)
    return [int(place) for place in found]


def _gain(signal: Numbers, place: int) -> float:
    before, after = signal[:place], signal[place:]
    weight = len(before) * len(after) / len(signal)
    return float(weight * ((before.mean(axis=0) - after.mean(axis=0)) ** 2).sum())
