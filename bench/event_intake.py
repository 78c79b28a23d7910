"""How fast are events replayed into Kafka, and taken from it into the store, beside a bare poll loop?

    KAFKA_BOOTSTRAP=127.0.0.1:9092 python bench/event_intake.py [--log FILE | --events N] [--rounds 3]

Publishes the events once, then reads the topic in turns: a loop that throws every message away, and the consumer
that decodes, deduplicates and commits. The figure that counts is the ratio within one run.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from ingest.bus import Broker, EventStream, NewTopic, Publisher, Topics
from ingest.consume import Consumer
from ingest.encode import encode
from ingest.follow import Route
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms
from ingest.sources import open_log
from ingest.store import open_store
from ingest.tally import Tally

CHUNK = 10_000
OPTIONS = {"threads": "1"}  # as the service opens it
MESSAGE = (
    '{"specversion":"1.0","id":"%d","source":"urn:tinhgon:bench","type":"vn.tinhgon.dossier.step.v1",'
    '"subject":"000.00.53.H29-240304-%04d","time":"2024-03-04T08:%02d:%02d.5+07:00",'
    '"datacontenttype":"application/json","data":{"procedure":"1.%06d","step":"%d","activity":"Thẩm định hồ sơ %d",'
    '"lifecycle":"complete","status":4,"unit":"H29.1.%d","role":"chuyên viên","officer":"cb%03d","channel":"online",'
    '"source_system":"dvc","sequence":%d,"due_at":"2024-03-11T08:15:00+07:00"}}'
)


def made_up(events: int) -> Iterator[tuple[bytes, bytes]]:
    for number in range(events):
        dossier = number // 10
        values = (dossier % 1634, number % 10, number % 10, dossier % 168, dossier % 500, number % 10)
        text = MESSAGE % (number, dossier, number // 60 % 60, number % 60, *values)
        yield f"{dossier}".encode(), text.encode()


def from_log(path: Path) -> Iterator[tuple[bytes, bytes]]:
    for batch in open_log(path).batches():
        yield from encode(batch.events)


def publish(broker: Broker, topic: str, messages: Iterator[tuple[bytes, bytes]]) -> tuple[int, float]:
    count, started = 0, time.perf_counter()
    chunk: list[tuple[bytes, bytes, tuple[()]]] = []
    with Publisher(broker) as publisher:
        for key, value in messages:
            chunk.append((key, value, ()))
            if len(chunk) == CHUNK:
                count += publisher.publish(topic, chunk)
                chunk = []
        count += publisher.publish(topic, chunk)
    return count, time.perf_counter() - started


def bare(broker: Broker, topic: str, count: int) -> float:
    with Topics(broker) as topics:
        found = topics.look(topic)
    assert found is not None
    with EventStream(broker, [found], "bench") as stream:
        stream.seek({number: first for number, (first, _end) in stream.bounds().items()})
        started, seen = time.perf_counter(), 0
        while seen < count:
            seen += len(stream.poll(seconds=0.5, most=5_000))
        return time.perf_counter() - started


def ingest(broker: Broker, topic: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "bench.duckdb", Pseudonyms(b"bench key of 16+ bytes"), options=OPTIONS)
        tally = Tally()
        consumer = Consumer(broker, Intake(store, tally), route=Route(events=topic, rejected=f"{topic}.rejected"))
        thread = threading.Thread(target=consumer.run)
        started = time.perf_counter()
        thread.start()
        while tally.numbers().stored + tally.numbers().duplicates + tally.numbers().rejected < count:
            time.sleep(0.01)
            if not thread.is_alive():
                raise SystemExit(f"the consumer ended: {consumer.status.reason}")
        seconds = time.perf_counter() - started
        consumer.stop()
        thread.join()
        assert store.events == count
        store.close()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, help="a log file to replay instead of made-up events")
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    broker = Broker(os.environ.get("KAFKA_BOOTSTRAP", "127.0.0.1:9092"))
    topic = f"bench-{uuid.uuid4().hex[:8]}"
    with Topics(broker) as topics:
        topics.ensure([NewTopic(topic, 3), NewTopic(f"{topic}.rejected", 1)])
    try:
        messages = from_log(options.log) if options.log else made_up(options.events)
        count, seconds = publish(broker, topic, messages)
        print(f"replay     {count:>9,} events in {seconds:7.2f} s = {count / seconds:>9,.0f} events/s", flush=True)
        ratios = []
        for _ in range(options.rounds):
            bare_seconds, ingest_seconds = bare(broker, topic, count), ingest(broker, topic, count)
            ratios.append(bare_seconds / ingest_seconds)
            print(f"bare poll  {count:>9,} events in {bare_seconds:7.2f} s = {count / bare_seconds:>9,.0f} events/s")
            print(
                f"ingest     {count:>9,} events in {ingest_seconds:7.2f} s = {count / ingest_seconds:>9,.0f} events/s"
                f"   ratio {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"ingest / bare poll, median of {options.rounds}: {statistics.median(ratios):.2f} (goal >= 0.6)")
    finally:
        with Topics(broker) as topics:
            topics.delete(topic)
            topics.delete(f"{topic}.rejected")


if __name__ == "__main__":
    main()
