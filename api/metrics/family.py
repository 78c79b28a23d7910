"""A metric as plain values: what Prometheus calls a family, whatever library writes it down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan
from typing import Literal

Kind = Literal["counter", "gauge", "summary", "info"]
Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Family:
    """Samples under a name: the values of `labels` of each, and its number. Counters get their `_total` when written.

    A summary has two samples without labels, the count and the sum. An info has one, 1.
    """

    kind: Kind
    name: str
    text: str
    labels: tuple[str, ...]
    samples: tuple[Sample, ...]


def gauge(name: str, text: str, value: float | None) -> Family:
    """Return a number that goes up and down; None is not known."""
    return Family("gauge", name, text, (), (((), known(value)),))


def gauges(name: str, text: str, label: str, values: Mapping[str, float | None]) -> Family:
    """Return such numbers by one label."""
    return Family("gauge", name, text, (label,), tuple(((one,), known(value)) for one, value in values.items()))


def table(
    name: str, text: str, labels: tuple[str, ...], samples: Iterable[tuple[tuple[str, ...], float | None]]
) -> Family:
    """Return such numbers by several labels."""
    return Family("gauge", name, text, labels, tuple((one, known(value)) for one, value in samples))


def counter(name: str, text: str, value: float) -> Family:
    """Return a number that only grows, since the start of the process."""
    return Family("counter", name, text, (), (((), value),))


def counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Family:
    """Return such numbers by one label."""
    return Family("counter", name, text, (label,), tuple(((one,), value) for one, value in values.items()))


def summary(name: str, text: str, *, count: float, total: float) -> Family:
    """Return how many there were, and what they add up to."""
    return Family("summary", name, text, (), (((), count), ((), total)))


def info(name: str, text: str, values: Mapping[str, str]) -> Family:
    """Return facts in words, as labels of a 1."""
    return Family("info", name, text, tuple(values), ((tuple(values.values()), 1.0),))


def known(value: float | None) -> float:
    """Prometheus has a number for what is not known."""
    return nan if value is None else value
