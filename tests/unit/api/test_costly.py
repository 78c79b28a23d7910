"""Costly results are kept: how long, until what, and computed once however many ask."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from api import costly
from api.costly import Keeper
from mining.clocks.clock import Calendars


class Store:
    """A store of which the state, the clock and the cost of computing are what the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mined, self.entry_no, self.now, self.took = 1000, 1, 0.0, 2.0
        self.in_force: Any = object()
        self.computed: list[str] = []
        monkeypatch.setattr(costly, "watermark", lambda _cursor: self.mined)
        self.keeper = Keeper(self.reading, lambda: self.in_force, lambda: self.entry_no, most=2, clock=lambda: self.now)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as cursor:
            yield cursor

    def get(self, name: str = "a") -> int:
        return self.keeper.get(Wanted(name, self))


@dataclass(frozen=True)
class Wanted:
    name: str
    store: Store

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> int:
        assert calendars is self.store.in_force
        self.store.computed.append(self.name)
        self.store.now += self.store.took
        return int(cursor.execute("SELECT 41 + 1").fetchall()[0][0])


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    return Store(monkeypatch)


def test_a_result_is_kept_while_nothing_changes(store: Store) -> None:
    assert store.get() == store.get() == 42
    store.now += 1e6
    assert store.get() == 42
    assert store.computed == ["a"]


def test_with_new_events_a_result_is_kept_for_20_times_as_long_as_it_took(store: Store) -> None:
    store.get()
    store.mined += 1
    store.now = 2 + 39.9
    store.get()
    assert store.computed == ["a"]
    store.now = 2 + 40.0
    store.get()
    assert store.computed == ["a", "a"]


@pytest.mark.parametrize(("mined", "times"), [(1100, 1), (1101, 2)])
def test_a_tenth_more_events_make_it_anew(store: Store, mined: int, times: int) -> None:
    store.get()
    store.mined = mined
    store.get()
    assert len(store.computed) == times


def test_a_change_of_the_catalogue_or_of_the_calendars_makes_it_anew(store: Store) -> None:
    store.get()
    store.entry_no += 1
    store.get()
    store.in_force = object()
    store.get()
    assert len(store.computed) == 3


def test_the_results_asked_for_last_are_kept(store: Store) -> None:
    for name in "abacab":
        store.get(name)
    assert store.computed == ["a", "b", "c", "b"]


def test_cheap_results_make_room_first(store: Store) -> None:
    store.get("a")
    store.took = 0.1
    for name in "bcda":
        store.get(name)
    assert store.computed == ["a", "b", "c", "d"]


def test_an_error_is_raised_and_not_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Wanted, "compute", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.get()
    assert store.get() == 42


def test_what_many_ask_for_is_computed_once(store: Store) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(store.get())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found, store.computed) == ([42] * 8, ["a"])
