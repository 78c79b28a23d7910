"""Wall-clock times of a time zone, turned into instants."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

_Ints = npt.NDArray[np.int64]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1989, 12, 30, tzinfo=UTC)
_END = datetime(2100, 1, 3, tzinfo=UTC)
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class _Offsets:
    """`offsets_us[i]` holds from `changes_us[i - 1]` to before `changes_us[i]`, which are instants."""

    changes_us: _Ints
    offsets_us: _Ints


def to_utc(local_us: _Ints, zone: str) -> _Ints:
    """Turn wall-clock times (microseconds since 1970-01-01 00:00 of that clock, 1990 to 2100) into UTC microseconds.

    Of a time that the clock shows twice the earlier is taken; one that it skips is the instant at which it skips.
    The order is kept: a later wall-clock time is never an earlier instant.
    """
    known = _offsets(zone)
    reached_us = known.changes_us + known.offsets_us[:-1]
    passed = np.searchsorted(reached_us, local_us, "right")
    latest_change = np.concatenate(([np.iinfo(np.int64).min], known.changes_us))
    instants: _Ints = np.maximum(local_us - known.offsets_us[passed], latest_change[passed])
    return instants


@cache
def _offsets(zone: str) -> _Offsets:
    """Find when the zone's clock is put forward or back: never, in Viet Nam since 1975."""
    clock = ZoneInfo(zone)
    changes, offsets = [], [_offset_us(_FIRST, clock)]
    for day in range((_END - _FIRST).days):
        at = _FIRST + timedelta(days=day + 1)
        if _offset_us(at, clock) != offsets[-1]:
            changes.append(_change_before(at, clock))
            offsets.append(_offset_us(at, clock))
    microseconds = [(change - _EPOCH) // timedelta(microseconds=1) for change in changes]
    return _Offsets(np.array(microseconds, np.int64), np.array(offsets, np.int64))


def _change_before(at: datetime, clock: ZoneInfo) -> datetime:
    """The second, in the day before `at`, from which on the offset is that of `at`."""
    before, after = at - timedelta(days=1), at
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _offset_us(middle, clock) == _offset_us(at, clock) else (middle, after)
    return after


def _offset_us(at: datetime, clock: ZoneInfo) -> int:
    offset = at.astimezone(clock).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset // timedelta(seconds=1) * _SECOND_US
