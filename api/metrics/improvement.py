"""Where most hours are lost and what could be saved, in numbers."""

from collections.abc import Iterator

from api.improvement.watch import KINDS, ImprovementNumbers
from api.metrics.family import Family, gauges, table


def of_improvement(numbers: ImprovementNumbers) -> Iterator[Family]:
    """Yield the potential by kind, and the posts that lose most."""
    yield gauges(
        "tinhgon_potential_seconds",
        "Working time a year that opportunities would save, overlaps counted once. When one rises: /v1/opportunities"
        " lists them.",
        "kind",
        {kind: numbers.potential.get(kind) for kind in KINDS},
    )
    yield table(
        "tinhgon_bottleneck_seconds",
        "Working time lost a year at the 20 posts that lose most. When a post appears here:"
        " /v1/bottlenecks?by=officer_role tells since when, and its dossiers.",
        ("unit", "role", "cause"),
        (((post.unit, post.role, cause), seconds) for post in numbers.top for cause, seconds in post.seconds.items()),
    )
