"""A slice that makes no sense is refused with what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from mining import MiningError
from mining.slice import Slice, SliceError

NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)


def test_a_time_needs_an_offset() -> None:
    with pytest.raises(SliceError, match=r"received_to 2025-01-31T12:00:00 has no UTC offset; write it like"):
        Slice(received_to=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("after", [timedelta(0), timedelta(seconds=-1)])
def test_a_period_has_a_length(after: timedelta) -> None:
    with pytest.raises(MiningError, match="is not before"):
        Slice(received_from=NOON, received_to=NOON + after)


def test_equal_slices_are_equal() -> None:
    assert Slice(procedure="P", received_from=NOON) == Slice(procedure="P", received_from=NOON)
    assert len({Slice(), Slice(unit=None), Slice(unit="U")}) == 2
