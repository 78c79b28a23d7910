"""Dossiers that nobody closes, among dossiers that take their time: they may not carry the estimate away."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mining.savings.effect import Bootstrap, Grouping, effect_of, saved
from mining.savings.study import Comparison, Study

START = datetime(2024, 1, 1, tzinfo=UTC)


def study(*, open_hours: float) -> Study:
    """40 procedures of 12 dossiers that take 10 h, half of them changed to 8 h; 15 long ones of the end are open."""
    dice = np.random.default_rng(1)
    rows = []
    for procedure in range(40):
        for number in range(12):
            changed = procedure < 20 and number >= 6
            hours = (8.0 if changed else 10.0) * dice.uniform(0.8, 1.2)
            rows.append((f"p{procedure}", number * 7, hours, True, procedure if changed else None))
    for procedure in range(15):
        for number in range(3):
            rows.append((f"long{procedure}", number * 30, 200 * dice.uniform(0.8, 1.2), True, None))
        rows.append((f"long{procedure}", 83, open_hours, False, None))
    names, days, hours, finished, change = zip(*rows, strict=True)
    one = ["same"] * len(rows)
    table = pa.table(
        {
            "line": names,
            "procedure": names,
            "channel": one,
            "unit": one,
            "field": one,
            "accepted_at": pa.array([START + timedelta(days=day) for day in days], pa.timestamp("us", "UTC")),
            "hours": hours,
            "finished": finished,
            "change": pa.array(change, pa.int32()),
        }
    )
    return Study.of(table, Comparison(trend_dossiers=20, line_dossiers=2))


@pytest.mark.parametrize("open_hours", [1.0, 300.0, 2_000.0, 20_000.0])
def test_a_week_whose_long_dossiers_are_open_says_little_of_the_others(open_hours: float) -> None:
    effect = effect_of(study(open_hours=open_hours))
    change = effect.study.change
    (total,) = saved(effect, [Grouping(np.where(change >= 0, 0, -1), 1)], Bootstrap(replicates=200))
    assert total.hours[0] / total.dossiers[0] == pytest.approx(2.0, abs=0.6)
    assert total.high[0] - total.low[0] < 6 * total.dossiers[0]


def test_those_that_are_open_beyond_all_measure_are_forgotten() -> None:
    assert study(open_hours=2_000.0).forgotten.sum() == 15
    assert not study(open_hours=300.0).forgotten.any()
