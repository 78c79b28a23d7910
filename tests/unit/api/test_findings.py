"""Findings are remembered until the events behind them change, and computed once however many ask."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.findings import Body, Findings, Sources
from api.service import Service
from api.settings import Settings
from ingest.catalogue import Procedure
from ingest.catalogue_store import Statement


@dataclass(frozen=True)
class Asked:
    """A question that counts how often it is answered, and takes its time."""

    procedure: str | None
    name: str = "asked"
    answered: list[int] = field(default_factory=list, compare=False, repr=False)

    def answer(self, sources: Sources) -> Body:
        threading.Event().wait(0.02)
        with sources.reading() as cursor:
            self.answered.append(cursor.execute("SELECT count(*) FROM event").fetchone()[0])
        return Body(b"%d" % len(self.answered), "text/plain")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(Settings(kafka="off", store=tmp_path / "log.duckdb"))
    yield made
    made.close()


@pytest.fixture
def findings(service: Service) -> Findings:
    return service.findings


def test_a_finding_is_computed_once_and_remembered(findings):
    question = Asked("p")
    assert findings.known(question) is None
    first = findings.find(question)
    assert findings.find(question) == findings.known(question) == first
    assert len(question.answered) == 1
    assert first.tag == findings.tag(question)


def test_what_many_ask_at_once_is_computed_once(findings):
    question, barrier, found = Asked("p"), threading.Barrier(20), []

    def ask() -> None:
        barrier.wait()
        found.append(findings.find(question))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert len(question.answered) == 1
    assert len(found) == 20
    assert len(set(found)) == 1


def test_forgetting_a_procedure_forgets_it_and_the_whole_log_and_no_other(findings):
    mine, other, whole = Asked("p"), Asked("q"), Asked(None)
    before = {one: findings.find(one) for one in (mine, other, whole)}
    findings.forget(["p"])
    assert (findings.known(mine), findings.known(whole), findings.known(other)) == (None, None, before[other])
    assert findings.tag(mine) != before[mine].tag
    assert findings.tag(whole) != before[whole].tag
    findings.find(mine)
    assert len(mine.answered) == 2


def test_an_answer_that_held_until_a_moment_ago_is_known_as_such(findings):
    question = Asked("p")
    before = findings.find(question)
    findings.forget(["p"])
    assert findings.known(question) is None
    assert findings.known(question, within_seconds=60) == before
    threading.Event().wait(0.02)
    assert findings.known(question, within_seconds=0.01) is None
    findings.forget(["p"])
    assert findings.known(question, within_seconds=60) == before
    assert findings.known(question, within_seconds=0.01) is None
    for _ in range(20):
        findings.forget(["p"])
    assert findings.known(question, within_seconds=60) is None


def test_forgetting_nothing_forgets_nothing(findings):
    question = Asked(None)
    before = findings.find(question)
    findings.forget([])
    assert findings.known(question) == before


def test_what_changes_while_it_is_computed_is_computed_anew(findings):
    question = Asked("p")
    asking = threading.Thread(target=findings.find, args=(question,))
    asking.start()
    findings.forget(["p"])
    asking.join(10)
    findings.find(question)
    assert findings.known(question) is not None
    assert findings.known(question).tag == findings.tag(question)


def test_questions_that_differ_have_tags_that_differ(findings):
    tags = {findings.tag(Asked("p", name)) for name in ("a", "b")} | {findings.tag(Asked("q", "a"))}
    assert len(tags) == 3
    assert all(one.startswith('"') and one.endswith('"') for one in tags)


def test_an_answer_is_of_one_moment_of_the_log(service, findings):
    with findings.reading() as cursor:
        before = cursor.execute("SELECT count(*) FROM store_fact").fetchone()
        with service.store.writing() as writer:
            writer.execute("INSERT INTO store_fact VALUES ('new', 'fact')")
        assert cursor.execute("SELECT count(*) FROM store_fact").fetchone() == before


def test_a_change_of_the_catalogue_forgets_every_answer_at_once(service, findings):
    mine, whole = Asked("p"), Asked(None)
    before = {one: findings.find(one) for one in (mine, whole)}
    say_procedure(service, "Khai sinh")
    for one in (mine, whole):
        assert findings.known(one, within_seconds=60) is None, "not even one of a moment ago"
        assert findings.tag(one) != before[one].tag
        assert findings.find(one).body != before[one].body
    tag = findings.tag(mine)
    say_procedure(service, "Khai sinh")
    assert findings.tag(mine) == tag, "what says nothing new changes nothing"


def say_procedure(service: Service, name: str) -> None:
    service.intake.state((Statement.of(Procedure(code="1.000001", name=name), "test"),))
