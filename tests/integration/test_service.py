"""The running service: kill -9 in the middle of taking in events, and a broker that comes and goes."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consuming import wait_for
from ingest.bus import Broker, NewTopic, Publisher, Topics
from ingest.encode import encode
from ingest.pseudonym import Pseudonyms, load_key
from ingest.sources import open_log
from ingest.store import open_store
from real_logs import real_log

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]


class Served:
    """A running `tinhgon serve`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", "serve"],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.address = f"http://127.0.0.1:{environment['TINHGON_PORT']}"

    def status(self) -> dict[str, Any]:
        """The answer of /v1/status, or nothing while the service does not answer."""
        try:
            with urllib.request.urlopen(f"{self.address}/v1/status", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert self.process.poll() is None, (self.process.stderr and self.process.stderr.read()) or b""
            return {"events": 0, "mined_events": 0}

    def readiness(self) -> tuple[int, str]:
        """The status of /readyz and what it says; 0 while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, ""

    def end(self, how: signal.Signals) -> float:
        """Send a signal, wait for the end, and return how many seconds that took."""
        started = time.monotonic()
        self.process.send_signal(how)
        self.process.communicate(timeout=20)
        return time.monotonic() - started


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def environment(broker: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    topic = f"kill-{uuid.uuid4().hex[:8]}"
    yield {
        "TINHGON_KAFKA_BOOTSTRAP": broker,
        "TINHGON_KAFKA_EVENTS_TOPIC": topic,
        "TINHGON_KAFKA_REJECTED_TOPIC": f"{topic}.rejected",
        "TINHGON_STORE": str(tmp_path / "kill.duckdb"),
        "TINHGON_PORT": free_port(),
        "TINHGON_BATCH_EVENTS": "10000",
    }
    with Topics(Broker(broker)) as topics:
        topics.delete(topic)


def publish_log(broker: str, topic: str, path: Path) -> tuple[int, int]:
    """Publish a log; returns how many events and how many dossiers it has."""
    events, dossiers = 0, set[str]()
    with Topics(Broker(broker)) as topics:
        topics.ensure([NewTopic(topic, 3)])
    with Publisher(Broker(broker)) as publisher:
        for batch in open_log(path).batches():
            events += publisher.publish(topic, [(*message, ()) for message in encode(batch.events)])
            dossiers |= set(batch.events["dossier"].to_pylist())
    return events, len(dossiers)


def test_kill_9_while_a_large_log_is_taken_in_loses_and_doubles_nothing(
    environment: dict[str, str], broker: str
) -> None:
    path = real_log("road_traffic_fines.xes.gz")
    events, dossiers = publish_log(broker, environment["TINHGON_KAFKA_EVENTS_TOPIC"], path)
    assert (events, dossiers) == (561_470, 150_370)

    chance, at_kill = random.Random(11), []
    for _ in range(3):
        served = Served(environment)
        before = at_kill[-1] if at_kill else 0
        while (now := served.status()["events"]) <= before:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.8))
        at_kill.append(max(now, before))
        served.end(signal.SIGKILL)
    assert at_kill[0] < events, "the first kill came too late to be in the middle"

    served = Served(environment)
    limit = time.monotonic() + 180
    while (status := served.status())["mined_events"] < events:
        assert time.monotonic() < limit, f"after the kills: {status}"
        time.sleep(0.2)
    assert status["events"] == events
    assert status["rejected"] == 0
    assert status["alarms"] == {} or not any(status["alarms"].values())
    with urllib.request.urlopen(f"{served.address}/v1/procedures", timeout=30) as answer:
        (procedure,) = json.load(answer)["items"]
    assert (procedure["dossiers"], procedure["events"], procedure["variants"]) == (150_370, 561_470, 231)
    assert served.end(signal.SIGTERM) < 5

    store_path = Path(environment["TINHGON_STORE"])
    store = open_store(store_path, Pseudonyms(load_key(store_path.with_suffix(".key"))))
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT count(*), count(DISTINCT event_id), count(DISTINCT dossier) FROM event"
        ).fetchone()
    store.close()
    assert rows == (events, events, dossiers)


def test_readyz_says_when_the_broker_is_away_and_recovers_without_a_restart(
    tmp_path: Path, private_broker: Callable[[], Any]
) -> None:
    server = private_broker()
    served = Served(
        {
            "TINHGON_KAFKA_BOOTSTRAP": server.bootstrap,
            "TINHGON_KAFKA_TIMEOUT_SECONDS": "2",
            "TINHGON_STORE": str(tmp_path / "ready.duckdb"),
            "TINHGON_PORT": free_port(),
        }
    )
    try:
        away = f"the Kafka broker at {server.bootstrap} does not answer"
        wait_for(lambda: away in served.readiness()[1], seconds=60)
        assert served.readiness()[0] == 503
        for _ in range(2):
            server.start()
            wait_for(lambda: served.readiness()[0] == 200, seconds=60)
            server.kill()
            wait_for(lambda: served.readiness()[0] == 503, seconds=60)
            assert away in served.readiness()[1]
    finally:
        assert served.end(signal.SIGTERM) < 5
