"""The distance of cycle times, against figures of `log-distance-measures` 2.2.0, and what is said of it."""

import math

import numpy as np
import pytest

from mining.what_if.figures import interval
from mining.what_if.validation import distance_hours, grade


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 0.0),
        ([1.0, 2.0, 3.0], [2.0, 3.0, 4.0], 1.0),
        ([0.5, 10.2, 30.9, 47.0], [0.7, 12.0, 28.4, 60.1, 61.0], 10.75),
        ([5.0], [5.9, 6.1], 0.5),
        ([100.25, 240.5, 90.0, 17.75, 33.0], [88.0, 260.0, 95.5, 21.25], 22.9),
    ],
)
def test_distances_are_those_of_the_library(one: list[float], other: list[float], distance: float) -> None:
    assert distance_hours(np.array(one), np.array(other)) == pytest.approx(distance)
    assert distance_hours(np.array(other), np.array(one)) == pytest.approx(distance)


def test_no_dossiers_have_no_distance() -> None:
    assert math.isnan(distance_hours(np.empty(0), np.array([1.0])))


@pytest.mark.parametrize(
    ("relative", "dossiers", "estimated", "said"),
    [
        (0.1, 30, 0.0, "good"),
        (0.1001, 30, 0.0, "usable"),
        (0.25, 30, 0.5, "usable"),
        (0.26, 3000, 0.0, "not_reliable"),
        (0.01, 29, 0.0, "not_reliable"),
        (0.01, 3000, 0.51, "not_reliable"),
        (math.nan, 3000, 0.0, "not_reliable"),
    ],
)
def test_a_grade_rests_on_distance_dossiers_and_observed_starts(
    relative: float, dossiers: int, estimated: float, said: str
) -> None:
    assert grade(relative, dossiers, estimated) == said


def test_a_range_is_that_of_one_more_replication() -> None:
    found = interval([1.0, 2.0, 3.0])
    assert found.estimate == 2.0
    assert found.high == pytest.approx(2.0 + 4.302652729911275 * 1.0 * math.sqrt(4 / 3))
    assert found.low == pytest.approx(4.0 - (found.high or 0.0))
    assert interval([5.0]).low is None
