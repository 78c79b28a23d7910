"""The pool of workers that align: what becomes of the work when processes fail, and when the program ends."""

import threading
from typing import Any

import pytest

from mining.conformance import ConformanceError
from mining.conformance.align_pool import AlignPool
from mining.conformance.align_worker import Trace, align_traces
from mining.conformance.approved import Shape
from mining.workers import WorkersError

SHAPE = Shape((1, 2, 3), (False, False, False), True)
TRACES = [Trace(SHAPE, (1, number % 3 + 1, 3), True) for number in range(30)]


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mining.conformance.align_pool._FEW", 5)
    monkeypatch.setattr("mining.conformance.align_pool._PORTION", 10)


def test_without_a_process_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = AlignPool()

    def fail(*_given: Any, **_more: Any) -> Any:
        raise WorkersError("no process could be started for it")

    monkeypatch.setattr(pool._workers, "schedule", fail)
    assert pool.align(TRACES) == align_traces(TRACES, 1.0)
    pool.close()


def test_a_closed_pool_does_nothing_any_more() -> None:
    pool = AlignPool()
    pool.close()
    with pytest.raises(ConformanceError, match="the program is ending"):
        pool.align(TRACES)


def test_what_is_being_aligned_ends_with_the_pool() -> None:
    pool = AlignPool(limit_seconds=60)
    started, told = threading.Event(), list[str]()

    def work() -> None:
        started.set()
        try:
            pool.align([Trace(SHAPE, tuple([1, 3, 2] * 60_000), True)] * 30)
        except ConformanceError as error:
            told.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(5)
    thread.join(1.0)
    pool.close()
    thread.join(20)
    assert not thread.is_alive()
    assert told == ["dossiers were not compared: the program is ending"]
