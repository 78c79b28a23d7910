"""Drawing numbers: whole parts that add up, quotas that are never none, streams that do not disturb each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.drawing import apportioned, chosen, lognormal_mean, quota, stream, within, zipf
from simulation.scenario_values import Span

PARTS = st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50)), min_size=1, max_size=12)


@given(PARTS, st.integers(0, 400))
def test_parts_add_up_and_none_is_above_its_most(parts: list[tuple[float, int]], total: int) -> None:
    weights, most = [one for one, _ in parts], [one for _, one in parts]
    counts = apportioned(total, weights, most)
    room = sum(limit for weight, limit in parts if weight > 0)
    assert sum(counts) == min(total, room)
    assert all(0 <= count <= limit for count, limit in zip(counts, most, strict=True))
    assert all(count == 0 for count, weight in zip(counts, weights, strict=True) if weight == 0)


@pytest.mark.parametrize(
    ("total", "weights", "most", "counts"),
    [
        (10, [1, 1, 2], [99, 99, 99], [3, 2, 5]),
        (10, [1, 1, 2], [99, 99, 3], [4, 3, 3]),
        (7, [0.55, 0.25, 0.2], [7, 7, 7], [4, 2, 1]),
        (5, [0, 1], [9, 2], [0, 2]),
    ],
)
def test_known_parts(total: int, weights: list[float], most: list[int], counts: list[int]) -> None:
    assert apportioned(total, weights, most) == counts


@given(st.integers(0, 60), st.floats(0, 1), st.integers(0, 9))
def test_a_quota_is_the_share_rounded_up(count: int, share: float, seed: int) -> None:
    drawn = quota(range(count), share, stream(seed, "quota"))
    assert drawn <= set(range(count))
    assert share * count - 1e-6 <= len(drawn) < share * count + 1
    assert drawn or share * count < 1e-6


def test_a_topic_has_a_stream_of_its_own() -> None:
    first, again, other = (stream(seed, topic).random() for seed, topic in ((1, "a"), (1, "a"), (1, "b")))
    assert first == again != other
    assert stream(2, "a").random() != first


def test_what_is_drawn_keeps_to_its_bounds() -> None:
    rng = stream(1, "bounds")
    assert all(2 <= within(Span(2, 3), rng) <= 3 for _ in range(100))
    assert {chosen("abc", [1, 0, 2], rng) for _ in range(100)} == {"a", "c"}


def test_known_distributions() -> None:
    assert zipf(3, 1.0) == pytest.approx([6 / 11, 3 / 11, 2 / 11])
    assert zipf(4, 0.0) == pytest.approx([0.25] * 4)
    drawn = np.random.default_rng(1).lognormal(np.log(2), 0.5, 200_000)
    assert lognormal_mean(2, 0.5) == pytest.approx(drawn.mean(), rel=0.01)
