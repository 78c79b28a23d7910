"""How events reach the topic, at once, late, or twice; and the agenda of what happens at its time."""

from collections import Counter
from heapq import heappop, heappush
from typing import Generic, TypeVar

import numpy as np

from simulation.city import City
from simulation.hours import HOUR_US
from simulation.layout import NEVER_US

Message = tuple[bytes, bytes]
"""A Kafka key (the dossier) and a value (the event)."""

T = TypeVar("T")


class Agenda(Generic[T]):
    """Things in order of their time, equal ones in the order in which they were entered; `next_us` is the first's."""

    __slots__ = ("_entered", "_things", "next_us")

    def __init__(self) -> None:
        self._things: list[tuple[int, int, T]] = []
        self._entered = 0
        self.next_us = NEVER_US

    def enter(self, at: int, thing: T) -> None:
        """Enter something for an instant (µs)."""
        self._entered += 1
        heappush(self._things, (at, self._entered, thing))
        self.next_us = self._things[0][0]

    def take(self) -> tuple[int, T]:
        """Take the first thing and its time."""
        at, _, thing = heappop(self._things)
        self.next_us = self._things[0][0] if self._things else NEVER_US
        return at, thing


class Oddities:
    """Which events come late or twice, and how much later; `counts` tells how many did ("late", "repeated").

    `left` events go on as they should before the next odd one, which is `odd`; it is below 0 where there are none.
    """

    __slots__ = ("_dice", "_hours", "_late_share", "_share", "_sigma", "counts", "left")

    def __init__(self, city: City) -> None:
        delivery = city.delivery
        self._share = delivery.late + delivery.repeated
        self._late_share = delivery.late / self._share if self._share else 0.0
        self._hours, self._sigma = delivery.late_hours, delivery.late_sigma
        self._dice = np.random.default_rng([city.seed, 3])
        self.counts: Counter[str] = Counter()
        self.left = self._gap()

    def odd(self) -> tuple[bool, int]:
        """Say of the next odd event whether it comes late only, and after how long (µs)."""
        delay_us = self._hours * np.exp(self._sigma * self._dice.standard_normal()) * HOUR_US
        is_late = bool(self._dice.random() < self._late_share)
        self.counts["late" if is_late else "repeated"] += 1
        self.left = self._gap()
        return is_late, int(delay_us)

    def _gap(self) -> int:
        return int(self._dice.geometric(self._share)) - 1 if self._share else -1
