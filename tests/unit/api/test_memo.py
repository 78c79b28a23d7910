"""What is remembered: within a limit, one version of each, computed once however many ask."""

import threading

import pytest

from api.memo import Memo


def at_once(number: int, ask) -> list:
    """Call `ask` in so many threads at the same moment; returns what it gave or raised."""
    barrier, found = threading.Barrier(number), []

    def run() -> None:
        barrier.wait()
        try:
            found.append(ask())
        except ZeroDivisionError as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    return found


def test_what_many_ask_at_once_is_computed_once():
    memo, calls = Memo[str, bytes](1000, len), []

    def compute() -> bytes:
        calls.append(1)
        threading.Event().wait(0.05)
        return b"answer"

    assert at_once(16, lambda: memo.get("question", 1, compute)) == [b"answer"] * 16
    assert len(calls) == 1


def test_an_error_reaches_all_who_wait_and_is_not_remembered():
    memo, calls = Memo[str, bytes](1000, len), []

    def fail() -> bytes:
        calls.append(1)
        threading.Event().wait(0.05)
        raise ZeroDivisionError

    found = at_once(8, lambda: memo.get("question", 1, fail))
    assert [type(one) for one in found] == [ZeroDivisionError] * 8
    before = len(calls)
    with pytest.raises(ZeroDivisionError):
        memo.get("question", 1, fail)
    assert len(calls) == before + 1
    assert memo.get("question", 1, lambda: b"answer") == b"answer"


def test_another_version_is_computed_anew_and_takes_the_place_of_the_old_one():
    memo = Memo[str, bytes](10, len)
    memo.get("question", 1, lambda: b"old")
    assert memo.get("question", 2, lambda: b"new") == b"new"
    assert memo.latest("question") == (2, b"new")


def test_the_least_recently_used_go_when_the_limit_is_reached():
    memo = Memo[str, bytes](10, len)
    for name in "abc":
        memo.get(name, 1, lambda: b"1234")
        memo.get("a", 1, lambda: b"never computed again")
    assert [memo.latest(name) for name in "abc"] == [(1, b"1234"), None, (1, b"1234")]


def test_what_is_heavier_than_the_limit_is_answered_but_not_kept():
    memo = Memo[str, bytes](10, len)
    memo.get("small", 1, lambda: b"1")
    assert memo.get("big", 1, lambda: b"x" * 11) == b"x" * 11
    assert (memo.latest("big"), memo.latest("small")) == (None, (1, b"1"))


def test_an_old_version_that_comes_late_does_not_replace_a_new_one():
    memo = Memo[str, bytes](10, len)

    def late() -> bytes:
        memo.get("question", 2, lambda: b"new")
        return b"old"

    assert memo.get("question", 1, late) == b"old"
    assert memo.latest("question") == (2, b"new")


def test_versions_asked_for_at_once_do_not_mix():
    memo, versions = Memo[str, int](10, lambda _value: 1), iter(range(8))
    found = at_once(8, lambda: (version := next(versions), memo.get("question", version, lambda: version)))
    assert len(found) == 8
    assert all(version == value for version, value in found)
