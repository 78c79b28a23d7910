"""Open and overdue dossiers, and the shares on time, in numbers."""

from collections.abc import Iterator

from api.metrics.family import Family, gauge, table
from api.punctuality import PunctualityNumbers
from mining.clocks.verdict import CONVENTIONS

_BASES = ("reported", "log")


def of_dossiers(numbers: PunctualityNumbers) -> Iterator[Family]:
    """Yield the figures of the whole store."""
    yield gauge(
        "tinhgon_dossiers_open",
        "Dossiers accepted and not finished. When it keeps rising: more come in than are handled.",
        numbers.running,
    )
    yield gauge(
        "tinhgon_dossiers_overdue",
        "Open dossiers past their first promise. When it rises: /v1/on-time/dossiers?verdict=overdue lists them.",
        numbers.overdue,
    )
    yield gauge(
        "tinhgon_dossiers_due_soon",
        "Open dossiers whose first promise ends within 24 hours. When it rises: /v1/due-soon lists them.",
        numbers.due_soon,
    )
    yield table(
        "tinhgon_on_time_ratio",
        "Share of dossiers on time, 0 to 1. When `reported` is far above `log`: look at resets of due dates.",
        ("convention", "basis"),
        (
            ((convention, basis), numbers.shares.get((convention, basis)))
            for convention in CONVENTIONS
            for basis in _BASES
        ),
    )
