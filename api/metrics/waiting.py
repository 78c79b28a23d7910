"""Why dossiers wait, in numbers."""

from collections.abc import Iterator

from api.metrics.family import Family, gauge, gauges, table
from api.waiting.watch import WaitingNumbers
from mining.waiting.causes import CAUSES


def of_waiting(numbers: WaitingNumbers) -> Iterator[Family]:
    """Yield the figures of the whole store, and of the steps that lose most."""
    yield gauges(
        "tinhgon_waiting_seconds",
        "Time that steps waited, by cause. When one rises faster than the others: /v1/waiting says where.",
        "cause",
        {cause: numbers.seconds.get(cause) for cause in CAUSES},
    )
    yield table(
        "tinhgon_waiting_top_seconds",
        "The same at the 20 steps that lose most office hours. When a step appears here: /v1/waiting/steps lists its"
        " dossiers.",
        ("procedure", "activity", "cause"),
        (
            ((step.procedure, step.activity, cause), seconds)
            for step in numbers.top
            for cause, seconds in step.seconds.items()
        ),
    )
    yield gauge(
        "tinhgon_cycle_time_efficiency_ratio",
        "Processing in processing and waiting time, 0 to 1. When it falls: look which cause of waiting rises.",
        numbers.cte,
    )
