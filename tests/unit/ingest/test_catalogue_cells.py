"""Cells of catalogue files: what people write, and what they are told when it cannot be read."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ingest.catalogue import CatalogueError, Limit
from ingest.catalogue_cells import (
    read_date,
    read_flag,
    read_hours,
    read_limit,
    read_list,
    read_number,
    restored_code,
)


@pytest.mark.parametrize(
    ("text", "default", "hours"),
    [
        ("4", "hours", 4),
        ("0,5", "hours", 0.5),
        ("0.25", "hours", 0.25),
        ("0,5", "days", 4),
        ("0.5 ngày", "hours", 4),
        ("0,25 ngày", None, 2),
        ("9 ngày làm việc", None, 72),
        ("2 giờ", "days", 2),
        ("02 giờ làm việc", None, 2),
        ("30 phút", None, 0.5),
        ("1 day", None, 8),
        ("2h", None, 2),
        ("0", None, 0),
        ("0 ngày", None, 0),
    ],
)
def test_the_hours_of_a_step(text: str, default: str | None, hours: float) -> None:
    assert read_hours(text, default) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("text", "unit", "limit"),
    [
        ("12", "ngày làm việc", Limit(amount=12, unit="working_days")),
        ("12 ngày làm việc", "", Limit(amount=12, unit="working_days")),
        ("12 ngày làm việc", "working days", Limit(amount=12, unit="working_days")),
        ("30 ngày", "", Limit(amount=30, unit="calendar_days")),
        ("30", "calendar_days", Limit(amount=30, unit="calendar_days")),
        ("4", "Giờ", Limit(amount=4, unit="hours")),
        ("0,5", "working_days", Limit(amount=0.5, unit="working_days")),
    ],
)
def test_a_limit(text: str, unit: str, limit: Limit) -> None:
    assert read_limit(text, unit) == limit


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/7/2025", date(2025, 7, 1)),
        ("01/07/2025", date(2025, 7, 1)),
        ("01-07-2025", date(2025, 7, 1)),
        ("1.7.2025", date(2025, 7, 1)),
        ("2025-07-01", date(2025, 7, 1)),
        ("2025-07-01T00:00:00", date(2025, 7, 1)),
        ("2025-07-01 00:00:00", date(2025, 7, 1)),
        ("45839", date(2025, 7, 1)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_a_date(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_hours, "-1 giờ", "less than 0"),
        (read_hours, "4", "may be hours or days; write 4 giờ or 4 ngày"),
        (read_hours, "nửa ngày", "not a time; write for example"),
        (read_hours, "2 tuần", "no time; write for example"),
        (read_hours, "1.000 giờ", "may be 1000 or 1.0000"),
        (read_hours, "1e3", "not a time"),
        (read_hours, "nan", "not a time"),
        (read_date, "31/02/2024", "there is no day '31/02/2024'"),
        (read_date, "05/31/2024", "day/month/year"),
        (read_date, "1/7/25", "no date"),
        (read_date, "hôm qua", "no date"),
        (read_date, "01/07/0205", "year"),
        (read_date, "99999", "no date"),
        (read_number, "nhiều", "not a number"),
        (read_number, "5 hồ sơ", "no number"),
        (read_flag, "có lẽ", "neither yes"),
    ],
)
def test_a_cell_that_says_nothing_is_refused_in_words(read: Callable[[str], Any], text: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("12", "", "does not say what the limit counts"),
        ("12", "tuần", "does not say what the limit counts"),
        ("12 ngày làm việc", "giờ", "different units"),
        ("0", "giờ", "must be more than 0"),
        ("-1", "giờ", "must be more than 0"),
        ("mười", "ngày", "not a limit"),
    ],
)
def test_a_limit_that_is_none_is_refused_in_words(text: str, unit: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        read_limit(text, unit)


def test_numbers_flags_and_lists() -> None:
    assert [read_number(one) for one in ("95%", "0,95", "12")] == [0.95, 0.95, 12]
    assert [read_flag(one) for one in ("có", "x", "1", "không", "0")] == [True, True, True, False, False]
    assert read_list("000.1.H29; 000.2.H29,000.3.H29") == ("000.1.H29", "000.2.H29", "000.3.H29")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.00094", "1.000940"),
        ("1,001193", "1.001193"),
        ("1.001193.H29", "1.001193.H29"),
        ("BTP-1", "BTP-1"),
        ("1.0011931", "1.0011931"),
    ],
)
def test_a_code_that_a_spreadsheet_took_for_a_number_is_restored(text: str, code: str) -> None:
    assert restored_code(text) == code
