"""Real logs through a real Kafka: the graph that pm4py finds, in whatever order the events arrive."""

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from ingest.bus import Broker, NewTopic, Publisher, Topics
from ingest.consume import Consumer
from ingest.encode import encode
from ingest.follow import Route
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms
from ingest.sources import open_log
from ingest.store import open_store
from ingest.tally import Tally
from mining.derive import prepare, refresh
from mining.graph import directly_follows
from mining.overview import log_summary
from mining.slice import Slice
from mining.variants import variants

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TINHGON_TEST_DATA", ROOT.parent / "shared" / "data"))
COUNTS = {
    "receipt.xes.gz": (1_434, 8_577, 27, 116),
    "bpic15_1.xes.gz": (1_199, 52_217, 398, 1_170),
    "gov_agency_approval.csv.gz": (23_506, 110_659, 131, 1_003),
}


def log_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real log {path} is not there; TINHGON_TEST_DATA names its folder")
    return path


def oracle(path: Path) -> dict[str, Any]:
    """What pm4py finds, in a process of its own: importing it prints, warns and takes seconds."""
    script = ROOT / "tests" / "oracle" / "pm4py_dfg.py"
    result = subprocess.run([sys.executable, script, path], capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("name", sorted(COUNTS))
@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_a_log_that_went_through_kafka_has_the_graph_that_pm4py_finds(
    name: str, order: str, broker: str, tmp_path: Path
) -> None:
    path = log_file(name)
    messages = [message for batch in open_log(path).batches() for message in encode(batch.events)]
    if order == "shuffled":
        random.Random(7).shuffle(messages)
    kafka, topic = Broker(broker), f"log-{uuid.uuid4().hex[:8]}"
    with Topics(kafka) as topics:
        topics.ensure([NewTopic(topic, 3)])
    with Publisher(kafka) as publisher:
        publisher.publish(topic, [(*message, ()) for message in messages])

    store = open_store(tmp_path / "log.duckdb", Pseudonyms(b"a key for tests only"))
    consumer = Consumer(kafka, Intake(store, Tally()), route=Route(events=topic, rejected=f"{topic}.rejected"))
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    with store.writing() as cursor:
        prepare(cursor)
    limit = time.monotonic() + 120
    while store.events < len(messages):
        assert time.monotonic() < limit, f"{store.events} of {len(messages)} events came"
        time.sleep(0.1)
        with store.writing() as cursor:
            refresh(cursor)
    consumer.stop()
    thread.join(10)

    with store.writing() as cursor:
        refresh(cursor)
        graph = directly_follows(cursor, Slice())
        summary = log_summary(cursor)
        found = variants(cursor, Slice())
    store.close()
    assert (summary.dossiers, summary.events, summary.activities, summary.variants) == COUNTS[name]
    expected = oracle(path)
    assert {(edge.source, edge.target): edge.frequency for edge in graph.edges} == {
        (source, target): frequency for source, target, frequency in expected["dfg"]
    }
    assert {one.activity: one.frequency for one in graph.start} == expected["start"]
    assert {one.activity: one.frequency for one in graph.end} == expected["end"]
    assert sorted((list(one.activities), one.frequency) for one in found.variants) == sorted(
        (activities, frequency) for activities, frequency in expected["variants"]
    )
