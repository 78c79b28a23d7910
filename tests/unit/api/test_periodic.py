"""What is counted in the background: when it is counted, when not, and what an error leaves."""

import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest

from api.periodic import Periodic
from mining import MiningError


class Counted(Periodic[int]):
    """Counts how often it counted."""

    what = "the test"

    def __init__(self) -> None:
        super().__init__(0)
        self.stated: object | None = None
        self.pressing: object | None = None
        self.fails = False

    def state(self) -> object | None:
        return self.stated

    def urgent(self) -> object | None:
        return self.pressing

    def count(self) -> int:
        if self.fails:
            raise MiningError("no calendar for 2150")
        return self.numbers + 1


@pytest.fixture(name="counted")
def _counted() -> Iterator[Counted]:
    counted = Counted()
    thread = threading.Thread(target=counted.run)
    thread.start()
    yield counted
    counted.stop()
    thread.join(5)
    assert not thread.is_alive()


def wait_for(holds: Callable[[], bool]) -> bool:
    deadline = monotonic() + 10
    while monotonic() < deadline and not holds():
        sleep(0.02)
    return holds()


def test_it_counts_when_there_is_something_and_again_only_when_it_presses(counted: Counted) -> None:
    sleep(0.7)
    assert counted.numbers == 0, "there is nothing to count yet"
    counted.stated = 1
    assert wait_for(lambda: counted.numbers == 1)
    counted.stated = 2
    sleep(1.2)
    assert counted.numbers == 1, "a change waits for its minute"
    counted.pressing = object()
    assert wait_for(lambda: counted.numbers == 2)


def test_an_error_leaves_the_numbers_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    counted = Counted()
    counted.refresh()
    counted.fails = True
    with caplog.at_level(logging.WARNING):
        counted.refresh()
    assert counted.numbers == 1
    (record,) = caplog.records
    assert record.getMessage() == "the test could not be counted"
    assert vars(record)["reason"] == "no calendar for 2150"
