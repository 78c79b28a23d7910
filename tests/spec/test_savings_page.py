"""The example of docs/savings.md, computed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from mining.savings.effect import Bootstrap, Grouping, effect_of, saved
from mining.savings.nominal import Limit
from mining.savings.study import Comparison, Study

PAGE = (Path(__file__).parents[2] / "docs" / "savings.md").read_text(encoding="utf-8")
FIRST, SECOND = datetime(2024, 1, 3, tzinfo=UTC), datetime(2024, 1, 10, tzinfo=UTC)
ROWS = [
    ("P", FIRST, 10.0, True, None),
    ("P", FIRST, 14.0, True, None),
    ("P", SECOND, 6.0, True, 0),
    ("P", SECOND, 8.0, True, 0),
    *(("Q", FIRST, 20.0, True, None),) * 2,
    *(("Q", SECOND, 16.0, True, None),) * 2,
]


def study(rows: list[tuple[str, datetime, float, bool, int | None]]) -> Study:
    procedure, accepted, hours, finished, change = zip(*rows, strict=True)
    table = pa.table(
        {
            "line": procedure,
            "procedure": procedure,
            "channel": ["counter"] * len(rows),
            "unit": ["U"] * len(rows),
            "field": ["F"] * len(rows),
            "accepted_at": pa.array([one + timedelta(hours=1) for one in accepted], pa.timestamp("us", "UTC")),
            "hours": hours,
            "finished": finished,
            "change": pa.array(change, pa.int32()),
        }
    )
    return Study.of(table, Comparison(trend_dossiers=2, line_dossiers=1))


def test_the_example_of_what_it_would_have_taken() -> None:
    effect = effect_of(study(ROWS))
    (found,) = saved(effect, [Grouping(effect.study.change, 1)], Bootstrap(replicates=50))
    assert found.expected[0] / 2 == pytest.approx(9.6)
    assert found.hours[0] == pytest.approx(5.2)
    assert "saved             9.6 - (6 + 8) / 2 = 2.6 h a dossier, 5.2 h in all" in PAGE


def test_the_example_of_the_open_dossier() -> None:
    effect = effect_of(study([*ROWS, ("P", SECOND, 5.0, False, 0)]))
    assert round(effect.likely[-1], 1) == 7.1
    assert "while all are open: 7.1 h" in PAGE


def test_the_example_of_the_nominal_saving() -> None:
    days = [Limit(Decimal(one), "working_days").hours or Decimal(0) for one in ("5", "4", "2", "1.5")]
    cuts = days[0] - days[1], days[2] - days[3]
    assert cuts == (8, 4)
    assert cuts[0] * 100 + cuts[1] * 300 == 2000
    assert round(100 * sum(cuts) / (days[0] + days[2]), 1) == Decimal("21.4")
    assert "8 + 4 = 12 h" in PAGE
    assert "12 / 56 = 21.4" in PAGE
