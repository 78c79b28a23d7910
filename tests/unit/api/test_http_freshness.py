"""How fresh an answer is: one that held a moment ago rather than a long wait, but never older, and never unasked."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.findings import Body, Findings, Sources
from api.routes import serving
from api.routes.serving import Desk
from api.service import Service
from api.settings import Settings


class Slow:
    """A question whose answer is the number of times it was computed, once it is allowed to be."""

    procedure = "p"

    def __init__(self) -> None:
        self.computed = 0
        self.gate = threading.Event()
        self.gate.set()

    def answer(self, sources: Sources) -> Body:
        assert self.gate.wait(10)
        self.computed += 1
        return Body(b"%d" % self.computed, "text/plain")


@pytest.fixture
def findings(tmp_path: Path) -> Iterator[Findings]:
    service = Service(Settings(kafka="off", store=tmp_path / "log.duckdb"))
    yield service.findings
    service.close()


def run(talk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(talk())


def test_many_who_ask_at_once_wait_for_one_computation_without_a_thread_each(findings):
    async def talk() -> None:
        desk, question = Desk(findings), Slow()
        question.gate.clear()
        asking = [asyncio.ensure_future(desk.find(question)) for _ in range(100)]
        await asyncio.sleep(0.1)
        assert threading.active_count() < 20
        question.gate.set()
        assert {one.body.content for one in await asyncio.gather(*asking)} == {b"1"}

    run(talk)


def test_an_answer_of_a_moment_ago_is_served_while_the_new_one_takes_long(findings):
    async def talk() -> None:
        desk, question = Desk(findings), Slow()
        first = await desk.find(question)
        question.gate.clear()
        findings.forget(["p"])
        started = time.monotonic()
        assert await desk.find(question) == first
        assert await desk.find(question) == first
        assert time.monotonic() - started < 0.5
        question.gate.set()
        while (await desk.find(question)).body.content != b"2":
            await asyncio.sleep(0.01)
        assert question.computed == 2

    run(talk)


def test_a_quick_new_answer_is_served_at_once(findings):
    async def talk() -> None:
        desk, question = Desk(findings), Slow()
        await desk.find(question)
        findings.forget(["p"])
        assert (await desk.find(question, fresh=True)).body.content == b"2"

    run(talk)


def test_an_answer_that_stopped_to_hold_too_long_ago_is_not_served(findings, monkeypatch):
    monkeypatch.setattr(serving, "_GRACE_SECONDS", 0.05)

    async def talk() -> None:
        desk, question = Desk(findings), Slow()
        await desk.find(question)
        question.gate.clear()
        findings.forget(["p"])
        await asyncio.sleep(0.1)
        asking = asyncio.ensure_future(desk.find(question))
        await asyncio.sleep(0.1)
        assert not asking.done()
        question.gate.set()
        assert (await asking).body.content == b"2"

    run(talk)


def test_who_wants_it_fresh_gets_no_answer_from_before(findings):
    async def talk() -> None:
        desk, question = Desk(findings), Slow()
        question.gate.clear()
        older = asyncio.ensure_future(desk.find(question))
        await asyncio.sleep(0.05)
        findings.forget(["p"])  # the computation under way may have read the log before this change
        fresh = asyncio.ensure_future(desk.find(question, fresh=True))
        await asyncio.sleep(0.05)
        question.gate.set()
        assert (await older).body.content == b"1"
        assert (await fresh).body.content == b"2"

    run(talk)


def test_an_error_reaches_who_waits_and_is_not_kept(findings):
    class Failing(Slow):
        def answer(self, sources: Sources) -> Body:
            super().answer(sources)
            if self.computed == 1:
                raise ZeroDivisionError
            return Body(b"fine", "text/plain")

    async def talk() -> None:
        desk, question = Desk(findings), Failing()
        with pytest.raises(ZeroDivisionError):
            await desk.find(question)
        assert (await desk.find(question)).body.content == b"fine"

    run(talk)


def test_cache_control_of_a_request_asks_for_a_fresh_answer(empty):
    address = f"/v1/procedures/{empty.code}/map"
    for number in range(5):
        empty.take([empty.event(f"H{number}", 0)])
        found = empty.client.get(address, headers={"Cache-Control": "no-cache"})
        assert found.json()["dossiers"] == number + 1
