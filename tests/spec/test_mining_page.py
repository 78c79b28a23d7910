"""The example that docs/mining.md carries through comes out as the page says."""

import re
from pathlib import Path
from typing import Any

import pytest

from mining.derive import refresh
from mining.models.discovery import Discovery
from mining.paths.graph import directly_follows
from mining.paths.rework import Rework, rework
from mining.paths.variants import variants
from mining.slice import Slice

PAGE = (Path(__file__).parents[2] / "docs" / "mining.md").read_text(encoding="utf-8")


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return 60 * int(hours) + int(rest)


@pytest.fixture
def example(log: Any) -> Any:
    """The log of the page, derived."""
    drawing = "\n".join(re.findall(r"^    ([A-Z]  .*)$", PAGE, re.M)).replace("started_at=", "started=")
    log.arrive(re.sub(r"\d\d:\d\d", lambda clock: str(minutes(clock[0])), drawing))
    assert refresh(log.cursor).dossiers == 3
    return log


def test_steps_and_paths(example: Any) -> None:
    a, b, c = example.derived().dossiers
    assert (a.path, a.steps, a.open_steps) == (("receive", "check", "check", "return"), 4, 0)
    assert (b.path, c.path, c.open_steps) == (("receive", "check", "return"), ("receive",), 1)
    checks = [
        (step.dossier, step.started, step.completed) for step in example.derived().steps if step.activity == "check"
    ]
    assert sorted(checks, key=str) == [
        ("A", minutes("08:30"), minutes("09:00")),
        ("A", None, minutes("10:00")),
        ("B", minutes("08:20"), minutes("08:40")),
        ("C", minutes("09:45"), None),
    ]


def test_map(example: Any) -> None:
    graph = directly_follows(example.cursor, Slice())
    told = re.findall(r"^\| `(\w+) → (\w+)` \| (\d+) \| .* \| (\d+) min \| (\d+) min \| (\d+) min \|$", PAGE, re.M)
    assert sorted(
        (edge.source, edge.target, edge.frequency, *(round(seconds / 60) for seconds in times(edge)))
        for edge in graph.edges
    ) == sorted((source, target, *map(int, numbers)) for source, target, *numbers in told)
    assert "Start: `receive` 3. End: `return` 2, `receive` 1." in PAGE
    assert [(one.activity, one.frequency) for one in graph.start] == [("receive", 3)]
    assert [(one.activity, one.frequency) for one in graph.end] == [("return", 2), ("receive", 1)]


def times(edge: Any) -> tuple[float, float, float]:
    return edge.elapsed_seconds.mean, edge.elapsed_seconds.median, edge.elapsed_seconds.p90


def test_slices_variants_and_rework(example: Any) -> None:
    assert directly_follows(example.cursor, Slice(channel="online")).dossiers == 2
    assert [one.share for one in variants(example.cursor, Slice()).variants] == [pytest.approx(1 / 3)] * 3
    assert rework(example.cursor, Slice()) == (Rework("check", 1, 1),)


def test_model(example: Any) -> None:
    discovery = Discovery()
    try:
        model = discovery.model(variants(example.cursor, Slice()), noise=0)
    finally:
        discovery.close()
    assert f"`{model.tree}`" in PAGE
