"""Keeps what takes seconds to minutes to compute in a large store, so that it is not computed anew with every event.

When more is mined, a result is kept for 20 times as long as it took, unless the log grew by more than a tenth. It is
forgotten at once when the catalogue or a calendar changes.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import duckdb

from mining.clocks.clock import Calendars
from mining.derive import watermark

_KEPT_FOR = 20
"""A result is kept for so many times as long as it took: it takes at most a twentieth of a processor."""
_MUCH_MORE = 1.1
_CHEAP_SECONDS = 0.5
"""What took less makes room first."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Costly(Protocol[T_co]):
    """Something that is costly to compute; equal ones have equal results while the store is the same."""

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> T_co:
        """Compute it from one state of the store."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _State:
    """What a result rests on: the calendars, the changes of the catalogue, and how many events are mined."""

    calendars: Calendars
    entry_no: int
    mined_no: int

    def serves(self, later: "_State", *, is_recent: bool) -> bool:
        """Whether a result of this state may still be used in a later one."""
        if later.calendars is not self.calendars or later.entry_no != self.entry_no:
            return False
        return later.mined_no == self.mined_no or (is_recent and later.mined_no <= _MUCH_MORE * self.mined_no)


@dataclass(slots=True)
class _Place:
    """Where a result is kept, how long it took and until when it is kept at least (seconds of the clock)."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    state: _State | None = None
    took: float = math.inf
    until: float = 0.0
    value: Any = None


class Keeper:
    """Computes what is costly and keeps the `most` results that were asked for last; the cheap ones make room first.

    Safe to use from several threads: who asks for what is being computed waits for it. `reading` yields a cursor on one
    state of the store, `calendars` are those in force, `entry_no` counts the changes of the catalogue.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
        calendars: Callable[[], Calendars],
        entry_no: Callable[[], int],
        *,
        most: int = 4,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reading = reading
        self._calendars = calendars
        self._entry_no = entry_no
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._places: OrderedDict[Any, _Place] = OrderedDict()

    def get(self, wanted: Costly[T]) -> T:
        """Return the result, kept or computed; raises what computing it raises."""
        place = self._place(wanted)
        with place.lock:
            started = self._clock()
            with self._reading() as cursor:
                state = _State(self._calendars(), self._entry_no(), watermark(cursor))
                if place.state is None or not place.state.serves(state, is_recent=started < place.until):
                    place.value, place.state = wanted.compute(cursor, state.calendars), state
                    ended = self._clock()
                    place.took = ended - started
                    place.until = ended + _KEPT_FOR * place.took
            value: T = place.value
            return value

    def _place(self, wanted: Costly[object]) -> _Place:
        with self._lock:
            place = self._places.setdefault(wanted, _Place())
            self._places.move_to_end(wanted)
            if len(self._places) > self._most:
                cheap = (one for one, kept in self._places.items() if kept.took < _CHEAP_SECONDS)
                del self._places[next(cheap, next(iter(self._places)))]
            return place
