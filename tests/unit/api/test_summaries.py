"""The procedures in numbers: what changed is counted anew, the rest is not, and nothing is forgotten."""

import threading
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from api.summaries import Summaries
from mining.overview import ProcedureSummary

AT = datetime(2025, 1, 2, tzinfo=UTC)


class Log:
    """How many dossiers each procedure has, and which procedures were counted when."""

    def __init__(self, **dossiers: int) -> None:
        self.dossiers = dossiers
        self.counted: list[Collection[str] | None] = []

    def count(self, codes: Collection[str] | None) -> tuple[ProcedureSummary, ...]:
        """Count as `mining.overview.procedures` does."""
        self.counted.append(None if codes is None else set(codes))
        own = {code: n for code, n in self.dossiers.items() if n and (codes is None or code in codes)}
        found = [ProcedureSummary(code, n, 0, n, 1, 1, AT, AT) for code, n in own.items()]
        return tuple(sorted(found, key=lambda one: (-one.dossiers, one.code)))


def test_only_what_changed_is_counted_anew() -> None:
    log = Log(a=3, b=2, c=1)
    summaries = Summaries(log.count)
    assert [one.code for one in summaries.listed()] == ["a", "b", "c"]
    assert summaries.listed() is summaries.listed()
    log.dossiers["c"] = 9
    summaries.forget(["c"])
    assert [(one.code, one.dossiers) for one in summaries.listed()] == [("c", 9), ("a", 3), ("b", 2)]
    assert log.counted == [None, {"c"}]


def test_a_procedure_comes_and_another_one_goes() -> None:
    log = Log(unknown=1)
    summaries = Summaries(log.count)
    summaries.listed()
    log.dossiers = {"a": 1, "unknown": 0}
    summaries.forget(["a", "unknown"])
    assert [one.code for one in summaries.listed()] == ["a"]


@pytest.mark.parametrize("first", [True, False])
def test_what_could_not_be_counted_is_counted_the_next_time(first: bool) -> None:
    log = Log(a=1, b=1)
    failing = first

    def count(codes: Collection[str] | None) -> tuple[ProcedureSummary, ...]:
        if failing:
            raise OSError("the store was closed")
        return log.count(codes)

    summaries = Summaries(count)
    if not first:
        summaries.listed()
    log.dossiers["a"] = 5
    summaries.forget(["a"])
    failing = True
    with pytest.raises(OSError, match="was closed"):
        summaries.listed()
    failing = False
    summaries.forget(["b"])
    assert summaries.listed() == log.count(None)


def test_what_changes_while_it_is_counted_is_counted_again_and_many_askers_wait_for_one() -> None:
    log = Log(a=1)
    begun, go_on = threading.Event(), threading.Event()

    def count(codes: Collection[str] | None) -> tuple[ProcedureSummary, ...]:
        found = log.count(codes)
        begun.set()
        assert go_on.wait(10)
        return found

    summaries = Summaries(count)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(summaries.listed)
        assert begun.wait(10)
        log.dossiers["a"] = 2
        summaries.forget(["a"])  # does not wait for the count
        others = [pool.submit(summaries.listed) for _ in range(3)]
        time.sleep(0.05)
        go_on.set()
        assert [one.dossiers for one in first.result(10)] == [1]
        assert {one.result(10)[0].dossiers for one in others} == {2}
    assert log.counted == [None, {"a"}]


codes = st.sampled_from("abcd")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.dictionaries(codes, st.integers(0, 3)), st.booleans()), max_size=8))
def test_the_list_is_always_what_counting_everything_gives(changes: list[tuple[dict[str, int], bool]]) -> None:
    log = Log(a=1, b=2)
    summaries = Summaries(log.count)
    for changed, asked in changes:
        log.dossiers |= changed
        summaries.forget(changed)
        if asked:
            assert summaries.listed() == log.count(None)
    assert summaries.listed() == log.count(None)
