"""Which event keys are stored already: a set of 64-bit digests that stays compact at tens of millions."""

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]

_RATIO = 4


class SeenKeys:
    """A growing set of unsigned 64-bit keys in sorted runs, 8 bytes a key.

    A new run is merged with its elders while it is at least a quarter of their size, so that there are
    O(log n) runs and adding costs O(log n) amortised; a look-up is a binary search in each run.
    """

    def __init__(self, keys: Keys | None = None) -> None:
        self._runs: list[Keys] = []
        if keys is not None:
            self.add(keys)

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def add(self, keys: Keys) -> None:
        """Add keys, in any order; keys that are in the set already do no harm."""
        run = np.sort(keys)
        while self._runs and len(self._runs[-1]) <= _RATIO * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        if len(run):
            self._runs.append(run)

    def contains(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Return, parallel to `keys`, which of them are in the set."""
        order = np.argsort(keys)
        asked = keys[order]
        found = np.zeros(len(keys), dtype=np.bool_)
        for run in self._runs:
            place = np.searchsorted(run, asked)
            inside = place < len(run)
            found[inside] |= run[place[inside]] == asked[inside]
        answer = np.empty_like(found)
        answer[order] = found
        return answer
