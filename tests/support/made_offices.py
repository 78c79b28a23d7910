"""Offices whose dossiers are made up, with or without what should be found in them; the same for the same seed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from drawn_logs import CALENDARS, append, empty_store

_OFFICE = CALENDARS.default
_INSTANT = pa.timestamp("us", "UTC")
_HOUR_US, _MINUTE_US = 3_600_000_000, 60_000_000
_FIRST_US = int(datetime(2024, 1, 2, tzinfo=UTC).timestamp()) * 1_000_000
_LAST_US = int(datetime(2024, 11, 30, tzinfo=UTC).timestamp()) * 1_000_000
_STATUSES = np.array([2, 4, 4, 9, 10])
_ACTIVITIES = np.array(["Tiếp nhận", "Thẩm định", "Ký duyệt", "Kết thúc", "Trả kết quả"])

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """How many units and dossiers, and the shares of what the first `odd` units do by hand.

    `to_month_end`: finishes pulled forward to the last working day of a month from the 5 working days after it;
    `set_to_due`: late finishes written over with the due date; `dated_back`: dossiers whose steps are entered days
    later. `outage_hours`: how long the system was cut off once, and then sent all at once.
    """

    seed: int
    units: int = 20
    dossiers: int = 300
    odd: int = 0
    to_month_end: float = 0.0
    set_to_due: float = 0.0
    dated_back: float = 0.0
    outage_hours: float = 0.0
    batch_days: bool = False
    days_only: bool = False

    def clean(self) -> "Offices":
        """Return the same offices without what is done by hand."""
        return replace(self, odd=0)


def unit_name(number: int) -> str:
    """Return the code of a unit by its number."""
    return f"H29.{number:02d}"


def odd_units(offices: Offices) -> set[str]:
    """Return the units in which something should be found."""
    return {unit_name(number) for number in range(offices.odd)}


def store_of(offices: Offices) -> duckdb.DuckDBPyConnection:
    """Return a store with the events of the offices, derived."""
    cursor = empty_store()
    append(cursor, events_of(offices))
    return cursor


def events_of(offices: Offices) -> pa.Table:
    """Return the events in the order of arrival."""
    random = np.random.default_rng(offices.seed)
    count = offices.units * offices.dossiers
    unit = np.repeat(np.arange(offices.units), offices.dossiers)
    is_odd = unit < offices.odd
    first, last = _OFFICE.worked_us(np.array([_FIRST_US, _LAST_US]))
    accepted = np.sort(random.integers(first, last, count).reshape(offices.units, -1), axis=1).ravel()
    limit = np.full(count, 40 * _HOUR_US)
    took = (random.lognormal(np.log(28), 0.4, count) * _HOUR_US).astype(np.int64)
    finished = accepted + took
    if offices.batch_days:  # signed every 20 working hours
        finished = -(-finished // (20 * _HOUR_US)) * (20 * _HOUR_US) - random.integers(1, _HOUR_US, count)
    finished = _pulled(finished, accepted, is_odd & (random.random(count) < offices.to_month_end))
    parts = np.sort(random.random((count, 2)), axis=1)
    worked = np.column_stack(
        (accepted, *(accepted + (finished - accepted) * parts[:, place] for place in (0, 1)), finished)
    ).astype(np.int64)
    times = _OFFICE.at_us(worked.ravel()).reshape(count, -1)
    due = _OFFICE.at_us(accepted + limit)
    overwritten = is_odd & (times[:, 3] > due) & (random.random(count) < offices.set_to_due)
    times[overwritten, 3] = due[overwritten]
    times = np.column_stack((times, times[:, 3] + random.integers(_HOUR_US, 200 * _HOUR_US, count)))
    if offices.days_only:
        times, due = _day(times), _day(due)
    received = times + random.integers(0, 10 * _MINUTE_US, times.shape)
    entered_later = is_odd & (random.random(count) < offices.dated_back)
    received[entered_later] += random.integers(72 * _HOUR_US, 240 * _HOUR_US, int(entered_later.sum()))[:, np.newaxis]
    cut_off = (_FIRST_US + _LAST_US) // 2
    back = cut_off + int(offices.outage_hours * _HOUR_US)
    held = (received >= cut_off) & (received < back)
    received = np.where(held, back + random.integers(0, _MINUTE_US, times.shape), received)
    return _table(unit, times, received, due)


def _pulled(finished: Integers, accepted: Integers, chosen: npt.NDArray[np.bool_]) -> Integers:
    """Move the chosen finishes of the first 5 working days of a month to its eve."""
    months = np.arange("2024-01", "2026-01", dtype="datetime64[M]").astype("datetime64[us]").astype(np.int64)
    starts = _OFFICE.worked_us(months - 7 * _HOUR_US)
    start = starts[np.searchsorted(starts, finished, "right") - 1]
    eve = start - (finished - start) // 40 - _MINUTE_US
    moved = chosen & (finished - start < 40 * _HOUR_US) & (eve > accepted)
    return np.where(moved, eve, finished)


def _day(times: Integers) -> Integers:
    day = 24 * _HOUR_US
    return (times + 7 * _HOUR_US) // day * day - 7 * _HOUR_US


def _table(unit: Integers, times: Integers, received: Integers, due: Integers) -> pa.Table:
    count, steps = times.shape
    order = np.argsort(received.ravel(), kind="stable")
    row, step = order // steps, order % steps
    due_at = pa.array(due[row], mask=step != 0).cast(_INSTANT)
    size = count * steps
    return pa.table(
        {
            "event_no": np.arange(1, size + 1),
            "event_key": np.arange(1, size + 1),
            "source": pa.array(["/mot-cua"] * size),
            "event_id": [f"{number:08d}" for number in (row * steps + step).tolist()],
            "kind": ["step"] * size,
            "dossier": [f"00000000-0000-0000-0000-{number:012d}" for number in row.tolist()],
            "occurred_at": pa.array(times.ravel()[order]).cast(_INSTANT),
            "received_at": pa.array(received.ravel()[order]).cast(_INSTANT),
            "due_at": due_at,
            "procedure": ["1.000001"] * size,
            "activity": pa.array(_ACTIVITIES[step]),
            "lifecycle": ["complete"] * size,
            "status": pa.array(_STATUSES[step], pa.int8()),
            "unit": [unit_name(number) for number in unit[row].tolist()],
        }
    )
