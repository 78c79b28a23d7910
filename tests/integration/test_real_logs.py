"""Real logs through a real Kafka: the graph that pm4py finds, in whatever order the events arrive."""

import random
import uuid
from pathlib import Path

import pytest

from consuming import consuming, wait_for
from ingest.bus import Broker, NewTopic, Publisher, Topics
from ingest.encode import encode
from ingest.follow import Pace, Route
from ingest.pseudonym import Pseudonyms
from ingest.sources import open_log
from ingest.store import open_store
from mining.derive import prepare, refresh
from mining.overview import log_summary
from mining.paths.graph import directly_follows
from mining.paths.variants import variants
from mining.slice import Slice
from real_logs import ask_pm4py, real_log

pytestmark = pytest.mark.kafka
COUNTS = {
    "receipt.xes.gz": (1_434, 8_577, 27, 116),
    "bpic15_1.xes.gz": (1_199, 52_217, 398, 1_170),
    "gov_agency_approval.csv.gz": (23_506, 110_659, 131, 1_003),
}


@pytest.mark.parametrize("name", sorted(COUNTS))
@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_a_log_that_went_through_kafka_has_the_graph_that_pm4py_finds(
    name: str,
    order: str,
    broker: str,
    tmp_path: Path,
) -> None:
    path = real_log(name)
    messages = [message for batch in open_log(path).batches() for message in encode(batch.events)]
    if order == "shuffled":
        random.Random(7).shuffle(messages)
    kafka, topic = Broker(broker), f"log-{uuid.uuid4().hex[:8]}"
    with Topics(kafka) as topics:
        topics.ensure([NewTopic(topic, 3)])
    with Publisher(kafka) as publisher:
        publisher.publish(topic, [(*message, ()) for message in messages])

    store = open_store(tmp_path / "log.duckdb", Pseudonyms(b"a key for tests only"))
    with store.writing() as cursor:
        prepare(cursor)
    with consuming(kafka, store, Route(events=topic, rejected=f"{topic}.rejected"), Pace()):
        while store.events < len(messages):
            before = store.events
            wait_for(lambda: store.events > before)  # noqa: B023
            with store.writing() as cursor:
                refresh(cursor)

    with store.writing() as cursor:
        refresh(cursor)
        graph = directly_follows(cursor, Slice())
        summary = log_summary(cursor)
        found = variants(cursor, Slice())
    store.close()
    assert (summary.dossiers, summary.events, summary.activities, summary.variants) == COUNTS[name]
    expected = ask_pm4py("pm4py_dfg.py", path)
    assert {(edge.source, edge.target): edge.frequency for edge in graph.edges} == {
        (source, target): frequency for source, target, frequency in expected["dfg"]
    }
    assert {one.activity: one.frequency for one in graph.start} == expected["start"]
    assert {one.activity: one.frequency for one in graph.end} == expected["end"]
    assert sorted((list(one.activities), one.frequency) for one in found.variants) == sorted(
        (activities, frequency) for activities, frequency in expected["variants"]
    )
