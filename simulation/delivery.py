"""How events reach the topic: at once, late, or twice."""

from heapq import heappop, heappush

import numpy as np

from simulation.city import City
from simulation.hours import HOUR_US

Message = tuple[bytes, bytes]
"""A Kafka key (the dossier) and a value (the event)."""


class Outbox:
    """What reaches the topic, in order, in `messages`, which the caller empties; counts what comes late or twice."""

    __slots__ = (
        "_dice",
        "_hours",
        "_late_share",
        "_left",
        "_order",
        "_share",
        "_sigma",
        "_waiting",
        "late",
        "messages",
        "repeated",
    )

    def __init__(self, city: City) -> None:
        delivery = city.delivery
        self._share = delivery.late + delivery.repeated
        self._late_share = delivery.late / self._share if self._share else 0.0
        self._hours, self._sigma = delivery.late_hours, delivery.late_sigma
        self._dice = np.random.default_rng([city.seed, 3])
        self._left = self._gap()
        self._order = 0
        self._waiting: list[tuple[int, int, Message]] = []
        self.messages: list[Message] = []
        self.late = self.repeated = 0

    def send(self, at: int, message: Message) -> None:
        """Send an event that happens at an instant (µs)."""
        self._left -= 1
        if self._left:
            self.messages.append(message)
        else:
            self._send_oddly(at, message)

    def send_later(self, at: int, message: Message) -> None:
        """Send an event that happens at an instant which is still to come."""
        self._order += 1
        heappush(self._waiting, (at, self._order, message))

    def deliver(self, until: int) -> None:
        """Let everything arrive that is due by an instant."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= until:
            self.messages.append(heappop(waiting)[2])

    def _send_oddly(self, at: int, message: Message) -> None:
        delay_us = self._hours * np.exp(self._sigma * self._dice.standard_normal()) * HOUR_US
        if self._dice.random() < self._late_share:
            self.late += 1
        else:
            self.repeated += 1
            self.messages.append(message)
        self.send_later(at + int(delay_us), message)
        self._left = self._gap()

    def _gap(self) -> int:
        """How many events it takes until the next one that is late or repeated; 0, and so never, without any."""
        return int(self._dice.geometric(self._share)) if self._share else 0
