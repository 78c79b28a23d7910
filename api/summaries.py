"""The procedures in numbers, each counted anew only when its events have changed."""

import threading
from collections.abc import Callable, Collection, Iterable

from mining.overview import ProcedureSummary

Count = Callable[[Collection[str] | None], tuple[ProcedureSummary, ...]]
"""Counts some procedures of the log, or all of them for None; one without dossiers is left out."""


class Summaries:
    """Keeps the procedures in numbers: a refresh touches few of them, and the others stay as they are.

    Safe to use from several threads: what changed is counted once, and whoever asks meanwhile waits for it.
    """

    def __init__(self, count: Count) -> None:
        self._count = count
        self._counting = threading.Lock()
        self._lock = threading.Lock()
        self._changed: set[str] | None = None
        self._known: dict[str, ProcedureSummary] = {}
        self._listed: tuple[ProcedureSummary, ...] = ()

    def forget(self, codes: Iterable[str]) -> None:
        """Count these procedures anew when they are asked for next."""
        with self._lock:
            if self._changed is not None:
                self._changed.update(codes)

    def listed(self) -> tuple[ProcedureSummary, ...]:
        """Return the procedures as they are now, the one with the most dossiers first, equals by code."""
        with self._counting:
            with self._lock:
                changed, self._changed = self._changed, set()
            if changed is None or changed:
                try:
                    self._renew(changed)
                except BaseException:
                    self._give_back(changed)
                    raise
            return self._listed

    def _renew(self, changed: set[str] | None) -> None:
        counted = {one.code: one for one in self._count(changed)}
        kept = {code: one for code, one in self._known.items() if changed is not None and code not in changed}
        self._known = kept | counted
        self._listed = tuple(sorted(self._known.values(), key=lambda one: (-one.dossiers, one.code)))

    def _give_back(self, changed: set[str] | None) -> None:
        """What could not be counted is still to be counted."""
        with self._lock:
            if changed is None or self._changed is None:
                self._changed = None
            else:
                self._changed |= changed
