"""A simulated city through a real broker: what the store holds is what the file of the same city says."""

import json
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from consuming import consuming, wait_for
from ingest.bus import Broker, Topics
from ingest.follow import Route
from ingest.pseudonym import Pseudonyms
from ingest.store import Store, open_store

pytestmark = pytest.mark.kafka

CUTS = """
    SELECT count(DISTINCT old.procedure), sum(old.limit_hours - new.limit_hours)
    FROM approved_process AS old
    JOIN approved_process AS new ON old.procedure = new.procedure AND old.version = '1' AND new.version = '2'
        AND old.case_variant IS NOT DISTINCT FROM new.case_variant AND old.channel IS NOT DISTINCT FROM new.channel
"""


@pytest.fixture
def route(kafka: Broker) -> Iterator[Route]:
    """Topics of this test alone, left for the command to make."""
    name = f"city-{uuid.uuid4().hex[:8]}"
    route = Route(f"{name}.events", f"{name}.rejected", f"group-{name}", 2, name)
    with Topics(kafka) as topics:
        yield route
        for topic in (route.events, route.rejected, route.catalogue):
            if topics.look(topic):
                topics.delete(topic)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "city.duckdb", Pseudonyms(b"a key for tests only"))
    yield store
    store.close()


def city(*options: str) -> Result:
    return CliRunner().invoke(commands, ["city", "--dossiers", "400", *options])


def test_a_city_goes_to_its_topics_and_again_adds_nothing(
    kafka: Broker, route: Route, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINHGON_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("TINHGON_KAFKA_CATALOGUE_TOPIC", route.catalogue)
    monkeypatch.setenv("TINHGON_KAFKA_EVENTS_TOPIC", route.events)
    file = tmp_path / "city.jsonl"
    assert city("--scenario", "small", "--to", str(file)).exit_code == 0
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    catalogue = [one for one in lines if one["type"].startswith("vn.tinhgon.catalogue.")]
    sent = [(one["source"], one["id"]) for one in lines if one["type"].startswith("vn.tinhgon.dossier.")]
    with consuming(kafka, store, route) as run:
        for _again in range(2):
            done = city("--scenario", "small", "--to", "kafka")
            assert done.exit_code == 0, done.output
        wait_for(lambda: run.numbers.stored + run.numbers.duplicates == 2 * len(sent))
        wait_for(lambda: store.last_entry_no == len(catalogue))
        assert (run.numbers.stored, run.numbers.rejected) == (len(set(sent)), 0)
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM catalogue_entry").fetchall() == [(len(catalogue),)]


def test_the_announced_sum_is_found_in_the_store(
    kafka: Broker, route: Route, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINHGON_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("TINHGON_KAFKA_CATALOGUE_TOPIC", route.catalogue)
    monkeypatch.setenv("TINHGON_KAFKA_EVENTS_TOPIC", route.events)
    with consuming(kafka, store, route):
        assert city("--scenario", "hcmc-2024", "--to", "kafka").exit_code == 0
        wait_for(lambda: store.last_entry_no > 4_500)
    with store.cursor() as cursor:
        ((procedures, hours),) = cursor.execute(CUTS).fetchall()
        ((known,),) = cursor.execute("SELECT count(*) FROM catalogue_procedure").fetchall()
    assert (known, procedures) == (1634, 925)
    assert 3480 < hours <= 3690


def test_what_is_interrupted_says_what_is_in_kafka(
    kafka: Broker, route: Route, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINHGON_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("TINHGON_KAFKA_CATALOGUE_TOPIC", route.catalogue)
    monkeypatch.setenv("TINHGON_KAFKA_EVENTS_TOPIC", route.events)
    command = [sys.executable, "-c", "from api.cli import main; main()", "city", "--scenario", "small"]
    with (
        consuming(kafka, store, route),
        subprocess.Popen([*command, "--dossiers", "300000", "--to", "kafka"], stderr=subprocess.PIPE) as child,
    ):
        wait_for(lambda: store.events > 0, seconds=120)
        child.send_signal(signal.SIGINT)
        _out, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert re.search(rb"stopped; [\d,]+ messages are in Kafka; running the same again adds only the rest", said)
    assert b"Traceback" not in said
