"""Remembers what was computed, within a limit of memory, and computes nothing twice at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


Version = tuple[int, ...]
"""Of two versions of what is remembered the greater one is the newer."""


@dataclass(frozen=True, slots=True)
class _Kept(Generic[V]):
    version: Version
    value: V
    weight: int


class Memo(Generic[K, V]):
    """Values by key, each of its latest version; the least recently used go when all weigh more than `limit`.

    Safe to use from several threads. Whoever asks while a value is being computed waits for that value; an error
    is raised to all who waited and is not remembered.
    """

    def __init__(self, limit: int, weight: Callable[[V], int]) -> None:
        self._limit = limit
        self._weight = weight
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._total = 0
        self._underway: dict[tuple[K, Version], Future[V]] = {}

    def latest(self, key: K) -> tuple[Version, V] | None:
        """Return the version and the value that are remembered; computes nothing and waits for nobody."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            return kept.version, kept.value

    def get(self, key: K, version: Version, compute: Callable[[], V]) -> V:
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

    def _finish(self, key: K, version: Version) -> None:
        with self._lock:
            del self._underway[key, version]

    def _keep(self, key: K, kept: _Kept[V]) -> None:
        with self._lock:
            old = self._kept.get(key)
            if kept.weight > self._limit or (old and old.version > kept.version):
                return
            self._drop(key)
            self._kept[key] = kept
            self._total += kept.weight
            while self._total > self._limit:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: K) -> None:
        old = self._kept.pop(key, None)
        if old:
            self._total -= old.weight
