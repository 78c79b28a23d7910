"""Remembers what was computed, within a limit of memory, and computes nothing twice at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[V]):
    version: Hashable
    value: V
    weight: int


class Memo(Generic[K, V]):
    """Values by key, each of one version; the least recently used go first when they weigh more than `limit`.

    Safe to use from several threads. Whoever asks while a value is being computed waits for that value; an error
    is raised to all who waited and is not remembered.
    """

    def __init__(self, limit: int, weight: Callable[[V], int]) -> None:
        self._limit = limit
        self._weight = weight
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._total = 0
        self._underway: dict[tuple[K, Hashable], Future[V]] = {}

    def known(self, key: K, version: Hashable) -> V | None:
        """Return the value where it is remembered in this version; computes nothing and waits for nobody."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.version != version:
                return None
            self._kept.move_to_end(key)
            return kept.value

    def get(self, key: K, version: Hashable, compute: Callable[[], V]) -> V:
        """Return the value of this version, from memory, from who computes it just now, or from `compute`."""
        mine: Future[V] = Future()
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept.version == version:
                self._kept.move_to_end(key)
                return kept.value
            theirs = self._underway.setdefault((key, version), mine)
        if theirs is not mine:
            return theirs.result()
        try:
            value = compute()
        except BaseException as error:
            self._finish(key, version)
            mine.set_exception(error)
            raise
        self._keep(key, _Kept(version, value, self._weight(value)))
        self._finish(key, version)
        mine.set_result(value)
        return value

    def _finish(self, key: K, version: Hashable) -> None:
        with self._lock:
            del self._underway[key, version]

    def _keep(self, key: K, kept: _Kept[V]) -> None:
        with self._lock:
            self._drop(key)
            if kept.weight > self._limit:
                return
            self._kept[key] = kept
            self._total += kept.weight
            while self._total > self._limit:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: K) -> None:
        old = self._kept.pop(key, None)
        if old:
            self._total -= old.weight
